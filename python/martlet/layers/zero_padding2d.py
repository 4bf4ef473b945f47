"""Zeros around images."""

from __future__ import annotations

from typing import Any

from martlet import _checks
from martlet._messages import shown
from martlet.layers.layer import Layer

Sides = tuple[int, int]


class ZeroPadding2D(Layer):
    """Adds rows and columns of zeros around images.

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
        axes: Any = padding if isinstance(padding, (tuple, list)) else (padding, padding)
        if len(axes) != 2:
            raise ValueError(
                "ZeroPadding2D: expected padding to be one integer, two (rows, columns) or two "
                f"pairs ((top, bottom), (left, right)), received {shown(padding)}."
            )
        self.padding = tuple(_checks.pair("ZeroPadding2D", "padding", axis, 0) for axis in axes)
        self.data_format = _checks.data_format("ZeroPadding2D", data_format)
