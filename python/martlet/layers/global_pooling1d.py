"""Global average and max pooling over sequences."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class GlobalPooling1D(Layer):
    """What the global pooling layers share.

    Args:
        data_format: "channels_last", the only one.
        keepdims: Gives (batch, 1, channels) instead of (batch, channels).
        **kwargs: See `Layer`.
    """

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format: str = self._setting("data_format", data_format)
        self.keepdims: bool = self._setting("keepdims", keepdims)


class GlobalAveragePooling1D(GlobalPooling1D):
    """Global average pooling layer for sequences.

    The mean of each channel over the valid time steps: (batch, 20, 64) becomes (batch, 64).

    Steps that a mask leaves out do not count; where it leaves out all of them, the mean is 0, and
    not NaN as in Keras. The
    arguments are those of `GlobalPooling1D`. `GlobalAvgPool1D` is another name for this class.

    Example:
        >>> martlet.Sequential([layers.GlobalAveragePooling1D(input_shape=(20, 64))]).output_shape
        (None, 64)
    """


class GlobalMaxPooling1D(GlobalPooling1D):
    """Global max pooling layer for sequences.

    The largest value of each channel: (batch, 20, 64) becomes (batch, 64).

    Padding counts like data. The arguments are those of `GlobalPooling1D`. `GlobalMaxPool1D` is
    another name for this class.
    """
