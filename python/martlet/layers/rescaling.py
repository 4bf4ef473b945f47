"""Rescaling of the input."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Rescaling(Layer):
    """Rescales the input: x * scale + offset.

    As the first layer, `Rescaling(1 / 255)` lets a model read raw pixels.

    Args:
        scale: The factor.
        offset: What is added.
        **kwargs: See `Layer`.
    """

    def __init__(self, scale: float, offset: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale: float = self._setting("scale", scale)
        self.offset: float = self._setting("offset", offset)
