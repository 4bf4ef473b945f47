"""ReLU activation layer."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class ReLU(Layer):
    """Rectified linear unit activation layer.

    max(x, 0); in general, x from `threshold` up to `max_value`, and a line below.

    Below the threshold it is negative_slope * (x - threshold), and `max_value` is the largest
    output.

    Args:
        max_value: At least 0, or None for no limit.
        negative_slope: At least 0.
        threshold: At least 0.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A number is negative.

    Example:
        >>> model = martlet.Sequential([layers.ReLU(max_value=6, input_shape=(3,))])
        >>> model.predict([[-1.0, 2.0, 8.0]])
        array([[0., 2., 6.]], dtype=float32)
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.max_value: float | None = self._setting("max_value", max_value)
        self.negative_slope: float = self._setting("negative_slope", negative_slope)
        self.threshold: float = self._setting("threshold", threshold)
