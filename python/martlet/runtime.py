"""Runtime settings: threads, matmul precision, and facts about this process."""

from __future__ import annotations

import json
from typing import Any

from martlet import _core
from martlet._checks import choice, integer


def set_num_threads(count: int) -> None:
    """Sets the number of threads of the engine. Results do not depend on it.

    The next call of a model goes by it; when a callback sets it, the next batch does.

    Args:
        count: 1 to 256. The start value is `MARTLET_NUM_THREADS`, or else the processors this
            process may run on.

    Raises:
        ValueError: The count is out of range.

    Example:
        >>> martlet.set_num_threads(2)
        >>> martlet.get_num_threads()
        2
    """
    _core.set_num_threads(integer("set_num_threads", "count", count))


def get_num_threads() -> int:
    """Returns the number of threads of the engine."""
    return _core.get_num_threads()


def set_float32_matmul_precision(precision: str) -> None:
    """Sets the precision of matrix products in convolutions. The names are PyTorch's.

    Processors with a matrix engine (AMX tiles: Intel's Xeons since 2023, on Linux) multiply numbers
    of 16 bits many times faster than float32. Weights, activations, gradients and all sums are
    float32 in any case; batches of up to three images and grouped convolutions are always computed
    in float32, and so is what would be no faster. On other processors the three are the same.

    Args:
        precision: "highest" computes in float32, and gives the same result on all processors with
            the same instruction set. "high" writes every factor as two bfloat16 parts, 16 bits
            together, and takes three products: its relative error is about 5e-6. "medium" rounds
            every factor to bfloat16, 8 bits, as mixed-precision training does: about 2e-3. The
            start value is `MARTLET_MATMUL_PRECISION`, or else "highest". A model changes over with
            its next call.

    Raises:
        ValueError: There is no such precision.

    Example:
        >>> martlet.set_float32_matmul_precision("high")
        >>> martlet.get_float32_matmul_precision()
        'high'
    """
    names = ("highest", "high", "medium")
    _core.set_matmul_precision(
        choice("set_float32_matmul_precision", "precision", precision, names)
    )


def get_float32_matmul_precision() -> str:
    """Returns the precision of matrix products in convolutions: "highest", "high" or "medium"."""
    return _core.get_matmul_precision()


def info() -> dict[str, Any]:
    """Returns information about the engine in this process: version, instruction set, threads.

    Returns:
        A dictionary with "version", "instruction_set", "threads", "cores", "matrix_engine" ("amx",
        or None) and "blas" (the OpenBLAS core in use, or None when none could be loaded).

    Example:
        >>> sorted(martlet.info())
        ['blas', 'cores', 'instruction_set', 'matrix_engine', 'threads', 'version']
    """
    facts: dict[str, Any] = json.loads(_core.runtime_info())
    return facts
