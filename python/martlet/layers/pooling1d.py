"""Average and max pooling over windows of a sequence."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Pooling1D(Layer):
    """What the pooling layers share: windows, channel by channel.

    Args:
        pool_size: Time steps of a window.
        strides: From one window to the next; None for `pool_size`, which lays them side by side.
        padding: "valid" keeps windows inside the sequence; "same" gives ceil(timesteps / stride).
        data_format: "channels_last", the only one.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `pool_size` or `strides` is not positive, or a window longer than the sequence.
    """

    def __init__(
        self,
        pool_size: int = 2,
        strides: int | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size: int = self._setting("pool_size", pool_size)
        given = self.pool_size if strides is None else strides
        self.strides: int = self._setting("strides", given)
        self.padding: str = self._setting("padding", padding)
        self.data_format: str = self._setting("data_format", data_format)


class MaxPooling1D(Pooling1D):
    """Max pooling layer for sequences.

    The largest value of each window: (batch, 24, 10) becomes (batch, 12, 10).

    The arguments are those of `Pooling1D`. Padding counts like data. `MaxPool1D` is another name
    for this class.

    Example:
        >>> martlet.Sequential([layers.MaxPooling1D(input_shape=(24, 10))]).output_shape
        (None, 12, 10)
    """


class AveragePooling1D(Pooling1D):
    """Average pooling layer for sequences.

    The mean of each window. What lies outside the sequence does not count.

    The arguments are those of `Pooling1D`. Padding counts like data. `AvgPool1D` is another name
    for this class.
    """
