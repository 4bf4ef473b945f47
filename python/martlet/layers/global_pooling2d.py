"""Global average and max pooling over images."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class GlobalPooling2D(Layer):
    """What the global pooling layers share.

    Args:
        data_format: "channels_last", the only one.
        keepdims: Gives (batch, 1, 1, channels) instead of (batch, channels).
        **kwargs: See `Layer`.
    """

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format: str = self._setting("data_format", data_format)
        self.keepdims: bool = self._setting("keepdims", keepdims)


class GlobalAveragePooling2D(GlobalPooling2D):
    """Global average pooling layer for images.

    The mean of each channel: (batch, 7, 7, 64) becomes (batch, 64).

    The arguments are those of `GlobalPooling2D`. `GlobalAvgPool2D` is another name for this class.

    Example:
        >>> martlet.Sequential([layers.GlobalAveragePooling2D(input_shape=(7, 7, 64))]).output_shape
        (None, 64)
    """


class GlobalMaxPooling2D(GlobalPooling2D):
    """Global max pooling layer for images.

    The largest value of each channel: (batch, 7, 7, 64) becomes (batch, 64).

    The arguments are those of `GlobalPooling2D`. `GlobalMaxPool2D` is another name for this class.
    """
