"""2D transposed convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations, initializers
from martlet._messages import shown
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Conv2DTranspose(Layer):
    """2D transposed convolution layer, also called deconvolution.

    Adds the kernel, times each pixel, to the output at the pixel's place times the stride.

    This is how a `Conv2D` hands back gradients. `Convolution2DTranspose` is another name for this
    class.

    Attributes:
        kernel: Read-only view of shape (rows, columns, filters, channels). `kernel_gradient` has
            the same shape.
        bias: Read-only view of shape (filters,), or None. `bias_gradient` has the same shape.

    Args:
        filters: How many channels come out; positive.
        kernel_size: Extent of a window: one integer, or two for (rows, columns).
        strides: From one window of the output to the next: one integer, or two.
        padding: "valid" gives (extent - 1) * stride + window rows, and at least extent * stride;
            "same" gives extent * stride.
        output_padding: Rows and columns beyond those that windows need, less than the stride; None
            for the above.
        data_format: "channels_last", the only one.
        dilation_rate: From one value of a window to the next: one integer, or two.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A size is not positive, `output_padding` reaches the stride, or a name is
            unknown.

    Example:
        >>> layer = layers.Conv2DTranspose(4, 3, strides=2, padding="same", input_shape=(7, 7, 8))
        >>> martlet.Sequential([layer]).output_shape
        (None, 14, 14, 4)
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
        output_padding: int | tuple[int, int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
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
        self.output_padding = self._checked_extra(output_padding)
        self.data_format: str = self._setting("data_format", data_format)
        self.dilation_rate: tuple[int, int] = self._setting("dilation_rate", dilation_rate)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def _checked_extra(self, value: int | tuple[int, int] | None) -> tuple[int, int] | None:
        """Returns `output_padding` as a pair below the strides."""
        if value is None:
            return None
        extra: tuple[int, int] = self._setting("output_padding", value)
        if any(more >= stride for more, stride in zip(extra, self.strides, strict=True)):
            raise ValueError(
                "Conv2DTranspose: expected output_padding to be less than strides "
                f"{self.strides}, received {shown(value)}."
            )
        return extra
