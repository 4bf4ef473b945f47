"""Densely connected layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations, initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Dense(Layer):
    """Densely connected (fully connected) layer.

    output = activation(input @ kernel + bias), along the last axis.

    Input shape: (batch, ..., inputs). Output shape: (batch, ..., units): each time step of a
    sequence, or each pixel, is worked on by itself with the same weights.

    Attributes:
        kernel: Read-only view of shape (inputs, units). `kernel_gradient` has the same shape.
        bias: Read-only view of shape (units,), or None. `bias_gradient` has the same shape.

    Args:
        units: How many outputs; positive.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `units` is not positive, or a name is unknown.

    Example:
        >>> model = martlet.Sequential([layers.Dense(10, activation="softmax", input_shape=(784,))])
        >>> model.layers[0].kernel.shape
        (784, 10)
    """

    kernel = Parameter()
    bias = Parameter()
    kernel_gradient = Parameter(GRADIENTS)
    bias_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        units: int,
        activation: str | Callable[..., Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units: int = self._setting("units", units)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
