"""Activation functions: names for layers, and the same functions for NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet._messages import shown, unknown
from martlet.activations.curves import (
    elu,
    exponential,
    gelu,
    gelu_tanh,
    hard_sigmoid,
    log_softmax,
    mish,
    relu6,
    selu,
    silu,
    softplus,
    softsign,
)
from martlet.activations.functions import Array, leaky_relu, linear, relu, sigmoid, softmax, tanh

swish = silu

__all__ = [
    "elu",
    "exponential",
    "gelu",
    "gelu_tanh",
    "get",
    "hard_sigmoid",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]

_FUNCTIONS: dict[str, Callable[[Any], Array]] = {
    "elu": elu,
    "exponential": exponential,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "hard_sigmoid": hard_sigmoid,
    "leaky_relu": leaky_relu,
    "linear": linear,
    "log_softmax": log_softmax,
    "mish": mish,
    "relu": relu,
    "relu6": relu6,
    "selu": selu,
    "sigmoid": sigmoid,
    "silu": silu,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": softsign,
    "swish": silu,
    "tanh": tanh,
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
