"""What the engine runs on: threads and facts about this process."""

from __future__ import annotations

import json
from typing import Any

from martlet import _core
from martlet._checks import integer


def set_num_threads(count: int) -> None:
    """Sets how many threads a training step may use. Results do not depend on it.

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
    """Returns how many threads a training step may use."""
    return _core.get_num_threads()


def info() -> dict[str, Any]:
    """Returns facts about the engine in this process.

    Returns:
        A dictionary with "version", "instruction_set", "threads", "cores" and "blas" (the OpenBLAS
        core in use, or None when none could be loaded).

    Example:
        >>> sorted(martlet.info())
        ['blas', 'cores', 'instruction_set', 'threads', 'version']
    """
    facts: dict[str, Any] = json.loads(_core.runtime_info())
    return facts
