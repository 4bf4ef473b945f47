"""Leaky ReLU activation layer."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class LeakyReLU(Layer):
    """Leaky rectified linear unit activation layer.

    x where that is positive, elsewhere negative_slope * x.

    Args:
        negative_slope: At least 0. The activation "leaky_relu" has 0.2.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `negative_slope` is negative.

    Source: Maas, Hannun and Ng, 2013.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative_slope: float = self._setting("negative_slope", negative_slope)
