"""Checks of lists, shapes and configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from martlet._checks.numbers import integer
from martlet._messages import shown


def items(owner: str, argument: str, value: Any) -> list[Any]:
    """Returns what a list, a tuple or an array holds as a list."""
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0):
        return list(value)
    raise TypeError(f"{owner}: expected {argument} to be a list, received {shown(value)}.")


def config(owner: str, value: Any, *needed: str) -> Mapping[str, Any]:
    """Returns `value` when it can be what a `get_config` returned.

    Args:
        owner: Whose it should be.
        value: The dictionary.
        *needed: Keys that it must have.

    Raises:
        TypeError: No dictionary with strings as keys.
        ValueError: A key is missing.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError(
            f"{owner}: expected a dictionary from get_config(), received {shown(value)}."
        )
    for key in needed:
        if key not in value:
            raise ValueError(
                f'{owner}: expected a dictionary from get_config(), which has "{key}"; received '
                f"{shown(list(value))}."
            )
    return value


def shape(owner: str, argument: str, value: Any, minimum: int = 1) -> tuple[int, ...]:
    """Returns `value`, a tuple or one int, as a tuple of ints of at least `minimum`."""
    extents = value if isinstance(value, (tuple, list)) else (value,)
    if extents is value and any(extent is None for extent in extents):
        remedy = "Leave the batch axis out" if value[0] is None else "Say how long each axis is"
        raise TypeError(
            f"{owner}: expected each extent of {argument} to be an integer, received "
            f"{shown(value)}. {remedy}."
        )
    return tuple(
        integer(owner, f"each extent of {argument}", extent, minimum) for extent in extents
    )


def pair(owner: str, argument: str, value: Any, minimum: int = 1) -> tuple[int, int]:
    """Returns `value`, one int for rows and columns or two, as a tuple of two ints.

    Raises:
        TypeError: Something that is no integer.
        ValueError: Another number of integers, or one that is smaller than `minimum`.
    """
    numbers = shape(owner, argument, value, minimum)
    if len(numbers) == 1 and not isinstance(value, (tuple, list)):
        numbers = numbers * 2
    if len(numbers) != 2:
        raise ValueError(
            f"{owner}: expected {argument} to be one integer or two (rows, columns), "
            f"received {shown(value)}."
        )
    return numbers[0], numbers[1]
