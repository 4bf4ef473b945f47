"""Activation functions: names for layers, and the same functions for NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet._messages import unknown
from martlet.activations.functions import Array, leaky_relu, linear, relu, sigmoid, softmax, tanh

__all__ = ["get", "leaky_relu", "linear", "relu", "sigmoid", "softmax", "tanh"]

_FUNCTIONS: dict[str, Callable[[Any], Array]] = {
    function.__name__: function for function in (leaky_relu, linear, relu, sigmoid, softmax, tanh)
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
    if identifier not in _FUNCTIONS.values():
        raise TypeError(
            "Expected activation to be a name or a function of martlet.activations, "
            f"received {identifier!r}. Known: {', '.join(sorted(_FUNCTIONS))}."
        )
    return identifier
