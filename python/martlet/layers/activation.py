"""Activation functions as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations
from martlet.layers.layer import Layer


class Activation(Layer):
    """Applies an activation function to the input.

    Args:
        activation: A name, or a function of `martlet.activations`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: No such name; the message gives the nearest one.
    """

    def __init__(self, activation: str | Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
