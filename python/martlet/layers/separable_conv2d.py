"""2D separable convolution: depthwise, then pointwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations, initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class SeparableConv2D(Layer):
    """2D separable convolution layer.

    A `DepthwiseConv2D` over the pixels, then a `Conv2D` of 1 x 1 over the channels.

    Needs far fewer weights than a `Conv2D` of the same size. `SeparableConvolution2D` is another
    name for this class.

    Attributes:
        depthwise_kernel: Read-only view of shape (rows, columns, channels, depth_multiplier).
        pointwise_kernel: Read-only view of shape (1, 1, channels * depth_multiplier, filters).
        bias: Read-only view of shape (filters,), or None.
            Each has a view of its gradient, such as `bias_gradient`.

    Args:
        filters: How many channels come out; positive.
        kernel_size: Extent of a window: one integer, or two for (rows, columns).
        strides: From one window to the next: one integer, or two.
        padding: "valid" or "same", as for `Conv2D`.
        data_format: "channels_last", the only one.
        dilation_rate: From one value of a window to the next: one integer, or two.
        depth_multiplier: How many channels the first step makes of each.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        depthwise_initializer: How the first step's kernel starts.
        pointwise_initializer: How the second step's kernel starts.
        bias_initializer: How the bias starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A size is not positive, a name is unknown; or, when the model is built, the
            window is larger than the image.

    Example:
        >>> layer = layers.SeparableConv2D(64, 3, input_shape=(28, 28, 32))
        >>> martlet.Sequential([layer]).count_params()
        2400
        >>> martlet.Sequential([layers.Conv2D(64, 3, input_shape=(28, 28, 32))]).count_params()
        18496

    Source: Chollet, "Xception", 2017.
    """

    depthwise_kernel = Parameter()
    pointwise_kernel = Parameter()
    bias = Parameter()
    depthwise_kernel_gradient = Parameter(GRADIENTS)
    pointwise_kernel_gradient = Parameter(GRADIENTS)
    bias_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        depth_multiplier: int = 1,
        activation: str | Callable[..., Any] | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        pointwise_initializer: str | Initializer = "glorot_uniform",
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
        self.depth_multiplier: int = self._setting("depth_multiplier", depth_multiplier)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
