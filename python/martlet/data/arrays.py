"""Arrays of any origin as arrays that the engine can read."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.data import remedies

Array = npt.NDArray[Any]

READABLE = frozenset(
    map(np.dtype, (np.bool_, np.uint8, np.int32, np.int64, np.float32, np.float64))
)
"""What the engine reads in place."""


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
    dtype = array.dtype
    if dtype not in READABLE or not dtype.isnative:
        return array.astype(_readable_dtype(dtype), order="C")
    if array.flags.c_contiguous or (array[0].flags.c_contiguous and array.strides[0] > 0):
        return array
    return np.ascontiguousarray(array)


def _readable_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind == "f":
        return np.dtype(np.float32 if dtype.itemsize <= 4 else np.float64)
    if dtype.kind == "u" and dtype.itemsize == 8:
        return np.dtype(np.float64)
    return np.dtype(np.int64 if dtype.itemsize > 2 else np.int32)


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
