"""2D depthwise convolution: one kernel for each channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations, initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class DepthwiseConv2D(Layer):
    """2D depthwise convolution layer.

    A `Conv2D` that looks at each channel by itself and gives depth_multiplier new ones for it.

    The results of the first channel come first, then those of the second, and so on.

    Attributes:
        kernel: Read-only view of shape (rows, columns, channels, depth_multiplier).
            `kernel_gradient` has the same shape.
        bias: Read-only view of shape (channels * depth_multiplier,), or None. `bias_gradient` has
            the same shape.

    Args:
        kernel_size: Extent of a window: one integer, or two for (rows, columns).
        strides: From one window to the next: one integer, or two.
        padding: "valid" or "same", as for `Conv2D`.
        depth_multiplier: How many channels come out for each that goes in.
        data_format: "channels_last", the only one.
        dilation_rate: From one value of a window to the next: one integer, or two.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        depthwise_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A size is not positive, a name is unknown; or, when the model is built, the
            window is larger than the image.

    Example:
        >>> layer = layers.DepthwiseConv2D(3, depth_multiplier=2, input_shape=(9, 9, 4))
        >>> martlet.Sequential([layer]).output_shape
        (None, 7, 7, 8)
    """

    kernel = Parameter()
    bias = Parameter()
    kernel_gradient = Parameter(GRADIENTS)
    bias_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        activation: str | Callable[..., Any] | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size: tuple[int, int] = self._setting("kernel_size", kernel_size)
        self.strides: tuple[int, int] = self._setting("strides", strides)
        self.padding: str = self._setting("padding", padding)
        self.depth_multiplier: int = self._setting("depth_multiplier", depth_multiplier)
        self.data_format: str = self._setting("data_format", data_format)
        self.dilation_rate: tuple[int, int] = self._setting("dilation_rate", dilation_rate)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
