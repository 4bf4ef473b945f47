"""Softmax activation layer."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Softmax(Layer):
    """Softmax activation: exp(x) / sum(exp(x)) along the last axis.

    The mask of a padded sequence is handed on and changes nothing; Keras refuses one of this shape.

    Args:
        axis: -1, the only choice.
        **kwargs: See `Layer`.

    Raises:
        ValueError: Another axis.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis: int = self._setting("axis", axis)
