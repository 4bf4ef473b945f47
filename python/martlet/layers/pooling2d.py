"""Average and max pooling over windows of an image."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Pooling2D(Layer):
    """What the pooling layers share: windows, channel by channel.

    Args:
        pool_size: Extent of a window: one integer, or two for (rows, columns).
        strides: From one window to the next: one integer, two, or None for `pool_size`, which lays
            them side by side.
        padding: "valid" keeps windows inside the image; "same" gives ceil(extent / stride) of them.
        data_format: "channels_last", the only one.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `pool_size` or `strides` is not positive, or a window larger than the image.
    """

    def __init__(
        self,
        pool_size: int | tuple[int, int] = (2, 2),
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size: tuple[int, int] = self._setting("pool_size", pool_size)
        given = self.pool_size if strides is None else strides
        self.strides: tuple[int, int] = self._setting("strides", given)
        self.padding: str = self._setting("padding", padding)
        self.data_format: str = self._setting("data_format", data_format)


class MaxPooling2D(Pooling2D):
    """Max pooling layer for images.

    The largest value of each window: (batch, 24, 24, 10) becomes (batch, 12, 12, 10).

    The arguments are those of `Pooling2D`. Where values of a window are equal, the gradient goes to
    the first of them. `MaxPool2D` is another name for this class.

    Example:
        >>> martlet.Sequential([layers.MaxPooling2D(input_shape=(24, 24, 10))]).output_shape
        (None, 12, 12, 10)
    """


class AveragePooling2D(Pooling2D):
    """Average pooling layer for images.

    The mean of each window. What lies outside the image does not count.

    The arguments are those of `Pooling2D`. `AvgPool2D` is another name for this class.

    Example:
        >>> layer = layers.AveragePooling2D(3, strides=2, padding="same", input_shape=(7, 7, 4))
        >>> martlet.Sequential([layer]).output_shape
        (None, 4, 4, 4)
    """
