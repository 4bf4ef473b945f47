"""Checks of constructor and method arguments. Each returns the value as a plain Python number."""

from __future__ import annotations

import math
import operator
import os
from typing import Any


def integer(owner: str, argument: str, value: Any, minimum: int | None = 1) -> int:
    """Returns `value` as an int of at least `minimum`; None allows any.

    Raises:
        TypeError: The value is not an integer.
        ValueError: The value is smaller than `minimum`.
    """
    expected = "an integer" if minimum is None else f"an integer of at least {minimum}"
    expected = "a positive integer" if minimum == 1 else expected
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{owner}: expected {argument} to be {expected}, received {value!r}.")
    if minimum is not None and number < minimum:
        raise ValueError(f"{owner}: expected {argument} to be {expected}, received {number}.")
    return number


def seed(owner: str, value: Any) -> int | None:
    """A seed of random numbers: a whole number of at least 0, or None."""
    return None if value is None else integer(owner, "seed", value, minimum=0)


def number(
    owner: str,
    argument: str,
    value: Any,
    minimum: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Returns `value` as a finite float in [minimum, below).

    Raises:
        TypeError: The value is not a number.
        ValueError: The value is not finite or out of range.
    """
    try:
        if isinstance(value, (str, bytes, bool)):
            raise TypeError
        result = float(value)
    except (TypeError, ValueError):
        message = f"{owner}: expected {argument} to be a number, received {value!r}."
        raise TypeError(message) from None
    if not (math.isfinite(result) and minimum <= result < below):
        allowed = _range(minimum, below)
        raise ValueError(f"{owner}: expected {argument} to be {allowed}, received {value!r}.")
    return result


def positive(owner: str, argument: str, value: Any) -> float:
    """Returns `value` as a finite float above zero."""
    result = number(owner, argument, value)
    if result <= 0:
        raise ValueError(f"{owner}: expected {argument} to be above 0, received {value!r}.")
    return result


def choice(owner: str, argument: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """Returns `value` when it is one of `choices`."""
    for option in choices:
        if type(option) is type(value) and option == value:
            return value
    allowed = ", ".join(map(repr, choices))
    raise ValueError(f"{owner}: expected {argument} to be one of {allowed}, received {value!r}.")


def shape(owner: str, argument: str, value: Any, minimum: int = 1) -> tuple[int, ...]:
    """Returns `value`, a tuple or one int, as a tuple of ints of at least `minimum`."""
    extents = value if isinstance(value, (tuple, list)) else (value,)
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
            f"received {value!r}."
        )
    return numbers[0], numbers[1]


def padding(owner: str, value: Any) -> str:
    """Returns "valid" or "same", in lower case."""
    name = value.lower() if isinstance(value, str) else value
    checked: str = choice(owner, "padding", name, ("valid", "same"))
    return checked


def data_format(owner: str, value: Any) -> str:
    """Returns "channels_last", the one order of axes that the engine has.

    Raises:
        ValueError: Any other order.
    """
    if value not in (None, "channels_last"):
        raise ValueError(
            f'{owner}: expected data_format to be "channels_last", the only one: images of shape '
            f"(rows, columns, channels); received {value!r}. Bring other arrays into it with "
            "numpy.moveaxis(x, 1, -1)."
        )
    return "channels_last"


def _range(minimum: float, below: float) -> str:
    if math.isfinite(minimum) and math.isfinite(below):
        return f"at least {minimum:g} and below {below:g}"
    if math.isfinite(minimum):
        return f"at least {minimum:g}"
    return "a finite number"


def weights_path(path: Any) -> str:
    """Returns where weights are to be saved, as text.

    Raises:
        ValueError: The ending names a format that is not written.
        TypeError: Not a path.
    """
    text: str = os.fspath(path)
    if text.endswith((".h5", ".hdf5", ".keras", ".ckpt", ".pt", ".pth", ".npz")):
        raise ValueError(
            'Expected a file name ending in ".safetensors", the format in which weights are '
            f'saved; received "{text}".'
        )
    return text
