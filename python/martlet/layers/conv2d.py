"""2D convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations, initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Conv2D(Layer):
    """2D convolution layer, over images.

    output[r, c, f] = activation(sum of kernel[i, j, k, f] * window[i, j, k] + bias[f]).

    Reads images of shape (batch, rows, columns, channels); for data without channels, put
    `Reshape((28, 28, 1))` in front. `Convolution2D` is another name for this class.

    Attributes:
        kernel: Read-only view of shape (rows, columns, channels / groups, filters).
            `kernel_gradient` has the same shape.
        bias: Read-only view of shape (filters,), or None. `bias_gradient` has the same shape.

    Args:
        filters: How many channels come out; positive.
        kernel_size: Extent of a window: one integer, or two for (rows, columns).
        strides: From one window to the next: one integer, or two.
        padding: "valid" keeps windows inside the image; "same" puts zeros around it, so that a
            stride of 1 keeps its size.
        data_format: "channels_last", the only one.
        dilation_rate: From one value of a window to the next: one integer, or two.
        groups: Parts into which channels and filters are cut, each seeing only its own.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A size is not positive, a name is unknown; or, when the model is built, the
            window is larger than the image or `groups` divides channels or filters with a rest.

    Example:
        >>> layer = layers.Conv2D(10, 5, activation="relu", input_shape=(28, 28, 1))
        >>> martlet.Sequential([layer]).output_shape
        (None, 24, 24, 10)
        >>> layer.kernel.shape
        (5, 5, 1, 10)
    """

    kernel = Parameter()
    bias = Parameter()
    kernel_gradient = Parameter(GRADIENTS)
    bias_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        groups: int = 1,
        activation: str | Callable[..., Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters: int = self._setting("filters", filters)
        self.kernel_size: tuple[int, int] = self._setting("kernel_size", kernel_size)
        self.strides: tuple[int, int] = self._setting("strides", strides)
        self.padding: str = self._setting("padding", padding)
        self.data_format: str = self._setting("data_format", data_format)
        self.dilation_rate: tuple[int, int] = self._setting("dilation_rate", dilation_rate)
        self.groups: int = self._setting("groups", groups)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
