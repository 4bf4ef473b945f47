"""Upsampling of images."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class UpSampling2D(Layer):
    """Upsampling layer for images: repeats every row and every column.

    Args:
        size: How often: one integer, or two for (rows, columns).
        data_format: "channels_last", the only one.
        interpolation: "nearest", the only one.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `size` is not positive, or another interpolation.

    Example:
        >>> martlet.Sequential([layers.UpSampling2D(2, input_shape=(7, 7, 3))]).output_shape
        (None, 14, 14, 3)
    """

    def __init__(
        self,
        size: int | tuple[int, int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size: tuple[int, int] = self._setting("size", size)
        self.data_format: str = self._setting("data_format", data_format)
        self.interpolation: str = self._setting("interpolation", interpolation)
