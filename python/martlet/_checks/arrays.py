"""Checks of arrays, and of what NumPy makes an array of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet._checks.numbers import LARGEST_FLOAT, integer
from martlet._messages import shown


def unmasked(argument: str, value: Any) -> Any:
    """Returns `value`, an array or what NumPy can make one of, when nothing in it is masked.

    Raises:
        ValueError: It has masked values, in itself or in arrays within lists. NumPy would drop the
            mask without a word.
    """
    if type(value) is not np.ndarray and _has_masked(value):
        raise ValueError(
            f"{argument}: expected an array without masked values, received a masked one. What is "
            "under a mask is no data: say what to put there with .filled(value), or leave these "
            "samples out."
        )
    return value


def _has_masked(value: Any, depth: int = 0) -> bool:
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(value)
        return mask.dtype != np.bool_ or bool(mask.any())
    if isinstance(value, np.ndarray):
        return value.dtype == object and any(_has_masked(item, depth + 1) for item in value.flat)
    # The first item tells whether these are rows: numbers need no look at each.
    is_nested = isinstance(value, (list, tuple)) and any(
        isinstance(item, (list, tuple, np.ndarray)) for item in value[:1]
    )
    # NumPy's arrays have at most 64 axes.
    return is_nested and depth < 64 and any(_has_masked(item, depth + 1) for item in value)


def floats(argument: str, value: Any) -> npt.NDArray[np.float32]:
    """Returns `value`, an array of numbers or what NumPy can make one of, as float32.

    Raises:
        TypeError: It holds no numbers.
        ValueError: A number is finite and yet more than float32 can hold; the message says which.
    """
    unmasked(argument, value)
    try:
        given = np.asarray(value)
    except ValueError:
        given = None
    if given is None or given.dtype.kind not in "buif":
        kind = "rows of unequal length" if given is None else f"dtype {given.dtype}"
        raise TypeError(f"{argument}: expected numbers, received {shown(value)} ({kind}).")
    with np.errstate(over="ignore"):
        result = given.astype(np.float32, copy=False)
    _refuse(argument, given, np.isinf(result) & np.isfinite(given))
    return result


def finite_floats(argument: str, value: Any) -> npt.NDArray[np.float32]:
    """The same, without NaN and infinities."""
    result = floats(argument, value)
    _refuse(argument, result, ~np.isfinite(result))
    return result


def _refuse(argument: str, array: npt.NDArray[Any], wrong: npt.NDArray[np.bool_]) -> None:
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        raise ValueError(
            f"{argument}: expected finite numbers (no NaN, at most {LARGEST_FLOAT:.4g} in size), "
            f"for the engine computes in float32; received {array[place]} at {list(place)}."
        )


def axis(owner: str, value: Any, shape: tuple[int, ...]) -> int:
    """Returns `value` when it is an axis, counted from either end, along which there are numbers.

    Raises:
        TypeError: Not an integer.
        ValueError: There is no such axis, or nothing along it.
    """
    number = integer(owner, "axis", value, minimum=None)
    if not -len(shape) <= number < len(shape) or shape[number] == 0:
        raise ValueError(
            f"{owner}: expected axis to be one with numbers of an array of shape {shape}, received "
            f"{number}."
        )
    return number
