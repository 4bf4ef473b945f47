"""Checks of scalars and truth values. Each returns the value as a plain Python one."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from martlet._messages import shown

_LARGEST = (1 << 63) - 1
"""Of the engine's integers."""

LARGEST_FLOAT = float(np.finfo(np.float32).max)
"""Of the engine's floats: what is above is infinite there."""

_SMALLEST_FLOAT = float(np.finfo(np.float32).tiny)
"""Above zero: what is below is zero there."""


def integer(
    owner: str, argument: str, value: Any, minimum: int | None = 1, maximum: int = _LARGEST
) -> int:
    """Returns `value` as an int of at least `minimum` and at most `maximum`; None allows any.

    Raises:
        TypeError: The value is not an integer.
        ValueError: The value is smaller than `minimum`, or larger than `maximum`.
    """
    expected = "an integer" if minimum is None else f"an integer of at least {minimum}"
    expected = "a positive integer" if minimum == 1 else expected
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{owner}: expected {argument} to be {expected}, received {shown(value)}.")
    if minimum is not None and number < minimum:
        raise ValueError(f"{owner}: expected {argument} to be {expected}, received {number}.")
    if abs(number) > maximum:
        raise ValueError(
            f"{owner}: expected {argument} to be at most {maximum}, received {shown(number)}."
        )
    return number


def seed(owner: str, value: Any) -> int | None:
    """A seed of random numbers: an integer from 0 to 2**53, which JSON can hold, or None."""
    return None if value is None else integer(owner, "seed", value, minimum=0, maximum=1 << 53)


def number(
    owner: str,
    argument: str,
    value: Any,
    minimum: float = -math.inf,
    below: float = math.inf,
    maximum: float = math.inf,
) -> float:
    """Returns `value` as a finite float in [minimum, below), at most `maximum`, in float32 too.

    Raises:
        TypeError: The value is not a number.
        ValueError: The value is not finite or out of range, or is so as a float32.
    """
    try:
        is_other = isinstance(value, (str, bytes, bytearray, bool, np.ma.MaskedArray))
        if is_other or np.ndim(value) > 0:
            raise TypeError
        result = float(value)
    except (TypeError, ValueError):
        message = f"{owner}: expected {argument} to be a number, received {shown(value)}."
        raise TypeError(message) from None
    except OverflowError:
        result = math.inf
    if not (math.isfinite(result) and minimum <= result < below and result <= maximum):
        allowed = _range(minimum, below, maximum)
        raise ValueError(f"{owner}: expected {argument} to be {allowed}, received {shown(value)}.")
    if abs(result) > LARGEST_FLOAT or not float(np.float32(result)) < below:
        allowed = _range(minimum, below, maximum)
        raise ValueError(
            f"{owner}: expected {argument} to be {allowed} in float32, in which the engine "
            f"computes (up to {LARGEST_FLOAT:.4g}); received {shown(value)}."
        )
    return result


def _range(minimum: float, below: float, maximum: float) -> str:
    parts = {"at least": minimum, "below": below, "at most": maximum}
    found = [f"{words} {limit:g}" for words, limit in parts.items() if math.isfinite(limit)]
    return " and ".join(found) or "a finite number"


def factor(owner: str, argument: str, value: Any, minimum: float = -math.inf) -> float:
    """Returns `value`, which something is multiplied by, as a float that is zero only if given so.

    Raises:
        TypeError: The value is not a number.
        ValueError: The value is not finite or out of range, or float32 has only 0 for it.
    """
    result = number(owner, argument, value, minimum)
    if 0 < abs(result) < _SMALLEST_FLOAT:
        raise ValueError(
            f"{owner}: expected {argument} to be 0 or at least {_SMALLEST_FLOAT:.4g} in size, "
            f"below which float32 has nothing but 0; received {shown(value)}."
        )
    return result


def positive(owner: str, argument: str, value: Any) -> float:
    """Returns `value` as a finite float above zero, in float32 too."""
    result = number(owner, argument, value)
    if result <= 0:
        raise ValueError(f"{owner}: expected {argument} to be above 0, received {shown(value)}.")
    if result < _SMALLEST_FLOAT:
        raise ValueError(
            f"{owner}: expected {argument} to be at least {_SMALLEST_FLOAT:.4g}, below which "
            f"float32 has nothing but 0; received {shown(value)}."
        )
    return result


def flag(owner: str, argument: str, value: Any) -> bool:
    """Returns `value`, which is True or False, as a bool.

    Raises:
        TypeError: Anything else; "False" and [0] would count as True.
    """
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise TypeError(f"{owner}: expected {argument} to be True or False, received {shown(value)}.")


def verbosity(owner: str, value: Any) -> int:
    """Returns `value`, a bool or an integer of at least 0, as an int."""
    return int(value) if isinstance(value, bool) else integer(owner, "verbose", value, minimum=0)
