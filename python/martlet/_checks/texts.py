"""Checks of names, choices, functions and paths."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from martlet._messages import shown


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
        ValueError: The empty string, one with "/", which stands between the names of a model and of
            the layers in it, or one with characters that cannot be printed.
    """
    if value is None:
        return None
    given = text(owner, "name", value)
    if "/" in given:
        raise ValueError(f'{owner}: expected a name without "/", received {shown(given)}.')
    if not given.isprintable():
        raise ValueError(
            f"{owner}: expected a name of printable characters, received {shown(given)}."
        )
    return str(given)


def label(owner: str, value: Any, default: str) -> str:
    """Returns the name of a loss, metric or optimizer; None gives the default."""
    return default if value is None else text(owner, "name", value)


def choice(owner: str, argument: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """Returns `value` when it is one of `choices`."""
    for option in choices:
        if type(option) is type(value) and option == value:
            return value
    allowed = ", ".join(map(repr, choices))
    raise ValueError(
        f"{owner}: expected {argument} to be one of {allowed}, received {shown(value)}."
    )


def function(owner: str, argument: str, value: Any) -> Callable[..., Any]:
    """Returns `value` when it can be called."""
    if not callable(value):
        raise TypeError(f"{owner}: expected {argument} to be a function, received {shown(value)}.")
    return value  # type: ignore[no-any-return]


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
