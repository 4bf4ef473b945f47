"""Zero padding of images."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer

Sides = tuple[int, int]


class ZeroPadding2D(Layer):
    """Zero-padding layer for images.

    Adds rows and columns of zeros around images.

    Args:
        padding: One number for all sides; two for (rows, columns); or two pairs,
            ((top, bottom), (left, right)).
        data_format: "channels_last", the only one.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A negative number, or another count of numbers.

    Example:
        >>> layer = layers.ZeroPadding2D(((1, 0), (2, 2)), input_shape=(28, 28, 1))
        >>> martlet.Sequential([layer]).output_shape
        (None, 29, 32, 1)
    """

    def __init__(
        self,
        padding: int | Sides | tuple[Sides, Sides] = (1, 1),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.padding: tuple[tuple[int, int], ...] = self._setting("padding", padding)
        self.data_format: str = self._setting("data_format", data_format)
