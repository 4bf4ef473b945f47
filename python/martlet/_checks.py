"""Checks of constructor and method arguments. Each returns the value as a plain Python number."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet._messages import shown

_LARGEST = (1 << 63) - 1
"""Of the engine's integers."""


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
        if isinstance(value, (str, bytes, bytearray, bool)) or np.ndim(value) > 0:
            raise TypeError
        result = float(value)
    except (TypeError, ValueError):
        message = f"{owner}: expected {argument} to be a number, received {shown(value)}."
        raise TypeError(message) from None
    except OverflowError:
        result = math.inf
    if not (math.isfinite(result) and minimum <= result < below):
        allowed = _range(minimum, below)
        raise ValueError(f"{owner}: expected {argument} to be {allowed}, received {shown(value)}.")
    return result


def positive(owner: str, argument: str, value: Any) -> float:
    """Returns `value` as a finite float above zero."""
    result = number(owner, argument, value)
    if result <= 0:
        raise ValueError(f"{owner}: expected {argument} to be above 0, received {shown(value)}.")
    return result


def flag(owner: str, argument: str, value: Any) -> bool:
    """Returns `value`, which is True or False, as a bool.

    Raises:
        TypeError: Anything else; "False" and [0] would count as True.
    """
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise TypeError(f"{owner}: expected {argument} to be True or False, received {shown(value)}.")


def text(owner: str, argument: str, value: Any) -> str:
    """Returns `value` when it is a string that is not empty.

    Raises:
        TypeError: No string.
        ValueError: The empty string.
    """
    if not isinstance(value, str):
        raise TypeError(f"{owner}: expected {argument} to be a string, received {shown(value)}.")
    if not value:
        raise ValueError(f"{owner}: expected {argument} to be a string that is not empty.")
    return value


def name(owner: str, value: Any) -> str | None:
    """Returns the name of a layer or model, or None for one that is chosen later.

    Raises:
        TypeError: No string.
        ValueError: The empty string, or one with "/", which stands between the names of a model and
            of the layers in it.
    """
    if value is not None and "/" in text(owner, "name", value):
        raise ValueError(f'{owner}: expected a name without "/", received {shown(value)}.')
    return None if value is None else str(value)


def label(owner: str, value: Any, default: str) -> str:
    """Returns the name of a loss, metric or optimizer; None gives the default."""
    return default if value is None else text(owner, "name", value)


def function(owner: str, argument: str, value: Any) -> Callable[..., Any]:
    """Returns `value` when it can be called."""
    if not callable(value):
        raise TypeError(f"{owner}: expected {argument} to be a function, received {shown(value)}.")
    return value  # type: ignore[no-any-return]


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


def _has_masked(value: Any) -> bool:
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(value)
        return mask.dtype != np.bool_ or bool(mask.any())
    if isinstance(value, np.ndarray):
        return value.dtype == object and any(map(_has_masked, value.flat))
    # The first item tells whether these are rows: numbers need no look at each.
    is_nested = isinstance(value, (list, tuple)) and any(
        isinstance(item, (list, tuple, np.ndarray)) for item in value[:1]
    )
    return is_nested and any(map(_has_masked, value))


def floats(argument: str, value: Any) -> npt.NDArray[np.float32]:
    """Returns `value`, an array of numbers or what NumPy can make one of, as float32.

    Raises:
        TypeError: It holds no numbers.
    """
    unmasked(argument, value)
    try:
        given = np.asarray(value)
    except ValueError:
        given = None
    if given is None or given.dtype.kind not in "buif":
        kind = "rows of unequal length" if given is None else f"dtype {given.dtype}"
        raise TypeError(f"{argument}: expected numbers, received {shown(value)} ({kind}).")
    return given.astype(np.float32, copy=False)


def axis(owner: str, value: Any, rank: int) -> int:
    """Returns `value` when it is an axis of an array of `rank` axes, counted from either end."""
    number = integer(owner, "axis", value, minimum=None)
    if not -rank <= number < rank:
        raise ValueError(
            f"{owner}: expected axis to be one of the {rank} axes, received {shown(value)}."
        )
    return number


def choice(owner: str, argument: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """Returns `value` when it is one of `choices`."""
    for option in choices:
        if type(option) is type(value) and option == value:
            return value
    allowed = ", ".join(map(repr, choices))
    raise ValueError(
        f"{owner}: expected {argument} to be one of {allowed}, received {shown(value)}."
    )


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
            f"received {shown(value)}."
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
    if value is not None and not (isinstance(value, str) and value == "channels_last"):
        raise ValueError(
            f'{owner}: expected data_format to be "channels_last", the only one: images of shape '
            f"(rows, columns, channels); received {shown(value)}. Bring other arrays into it with "
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
    place = path_text("save_weights", path)
    if place.endswith((".h5", ".hdf5", ".keras", ".ckpt", ".pt", ".pth", ".npz")):
        raise ValueError(
            'Expected a file name ending in ".safetensors", the format in which weights are '
            f"saved; received {shown(place)}."
        )
    return place


def path_text(owner: str, path: Any, argument: str = "path") -> str:
    """Returns a path as text.

    Raises:
        TypeError: Not a path.
        ValueError: A path that no file can have.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(
            f'{owner}: expected {argument} to be a path such as "digits.safetensors", received '
            f"{shown(path)}."
        )
    place = os.fsdecode(path)
    try:
        encoded = os.fsencode(place)
    except UnicodeError:
        encoded = b""
    if not encoded or b"\0" in encoded:
        raise ValueError(f"{owner}: {argument} names no file: {shown(place)}.")
    return place
