"""Activation functions: names for layers, and the same functions for NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet._messages import shown, unknown
from martlet.activations import curves, functions, pieces
from martlet.activations.curves import *  # noqa: F403 - a function stands in one file alone
from martlet.activations.curves import silu
from martlet.activations.functions import *  # noqa: F403
from martlet.activations.functions import Array, linear
from martlet.activations.pieces import *  # noqa: F403
from martlet.activations.pieces import hard_silu

hard_swish = hard_silu
swish = silu

__all__ = ["deserialize", "get", "hard_swish", "serialize", "swish"]
__all__ += functions.__all__
__all__ += curves.__all__
__all__ += pieces.__all__

_FUNCTIONS: dict[str, Callable[[Any], Array]] = {
    "hard_swish": hard_swish,
    "swish": swish,
    **{name: getattr(functions, name) for name in functions.__all__},
    **{name: getattr(curves, name) for name in curves.__all__},
    **{name: getattr(pieces, name) for name in pieces.__all__},
}


def get(identifier: str | Callable[[Any], Array] | None) -> Callable[[Any], Array]:
    """Returns the activation function that `identifier` stands for.

    Args:
        identifier: A name, one of this module's functions, or None for `linear`.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: A function that the engine does not have.

    Example:
        >>> martlet.activations.get("relu")([-1.0, 2.0])
        array([0., 2.], dtype=float32)
    """
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        if identifier not in _FUNCTIONS:
            raise unknown("activation", identifier, _FUNCTIONS)
        return _FUNCTIONS[identifier]
    if not any(identifier is function for function in _FUNCTIONS.values()):
        raise TypeError(
            "Expected activation to be a name or a function of martlet.activations, "
            f"received {shown(identifier)}. Known: {', '.join(sorted(_FUNCTIONS))}."
        )
    return identifier


def serialize(activation: str | Callable[[Any], Array]) -> str:
    """Returns the name of an activation function.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: A function that the engine does not have.

    Example:
        >>> martlet.activations.serialize(martlet.activations.relu)
        'relu'
    """
    return get(activation).__name__


def deserialize(config: str) -> Callable[[Any], Array]:
    """Returns the activation function of what `serialize` returned."""
    return get(config)
