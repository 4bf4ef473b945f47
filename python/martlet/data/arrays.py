"""Conversion of arrays of any origin to those that the engine reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks, _core
from martlet.data import remedies

Array = npt.NDArray[Any]


def as_array(value: Any, argument: str) -> Array:
    """Returns `value` as an array of numbers with at least one sample.

    Args:
        value: An array, or what NumPy can turn into one: a list, a data frame, a CPU tensor.
        argument: What to call it in error messages.

    Raises:
        TypeError: It holds no numbers.
        ValueError: It has no samples, rows of unequal length, or masked values.
    """
    array = value if type(value) is np.ndarray else _converted(value, argument)
    if array.dtype.kind not in "buif":
        raise TypeError(
            f"{argument}: expected numbers (bool, integer or floating point), received dtype "
            f"{array.dtype}. {remedies.for_dtype(array)}"
        )
    if array.ndim == 0:
        raise ValueError(
            f"{argument}: expected an array whose first axis is the sample, received one number."
        )
    if array.size == 0:
        raise ValueError(f"{argument}: expected at least one sample, received shape {array.shape}.")
    return array


def packed(array: Array) -> Array:
    """Returns an array that the engine reads in place: `array` itself, or one copy of it.

    Samples must be packed; they may be any distance apart: every second sample needs no copy.
    """
    return _core.readable(array)


def _converted(value: Any, argument: str) -> Array:
    if value is None or callable(value) or hasattr(value, "__next__") or isinstance(value, str):
        raise _no_array(value, argument)
    _checks.unmasked(argument, value)
    try:
        array = np.asarray(value)
    except ValueError as error:
        if not isinstance(value, (list, tuple)):
            raise _no_array(value, argument) from error
        raise ValueError(
            f"{argument}: expected an array, or lists of equal length; NumPy says: {error} "
            f"{remedies.for_unequal(value)}"
        ) from None
    if array.ndim == 0 and array.dtype.kind == "O":
        raise _no_array(value, argument)
    return array


def _no_array(value: Any, argument: str) -> TypeError:
    remedy = "" if value is None or callable(value) else f" {remedies.for_no_array(value)}"
    return TypeError(f"{argument}: expected an array, received {type(value).__name__}.{remedy}")
