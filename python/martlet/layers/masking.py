"""Masking of time steps."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Masking(Layer):
    """Masks time steps, so that later layers skip them.

    Marks time steps as padding where all of their values are `mask_value`.

    Layers behind it that go through time skip what is marked, and so does the loss of a network
    that ends in a sequence. The values of a skipped step become 0.

    Input shape: (batch, timesteps, features). Output shape: the same.

    Args:
        mask_value: What padding is filled with.
        **kwargs: See `Layer`.

    Example:
        >>> model = martlet.Sequential([layers.Masking(input_shape=(5, 2)), layers.ReLU()])
        >>> model.output_shape
        (None, 5, 2)
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value: float = self._setting("mask_value", mask_value)
