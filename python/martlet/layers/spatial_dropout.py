"""Spatial dropout: whole channels at a time."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class _SpatialDropout(Layer):
    acts_in_training_only = True

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate: float = self._setting("rate", rate)
        self.seed: int | None = self._setting("seed", seed)


class SpatialDropout1D(_SpatialDropout):
    """Applies dropout to whole channels of a sequence.

    While training, sets a fraction of the channels of a sequence to 0, at all time steps.

    The others are divided by 1 - rate. Reads (batch, steps, channels).

    Args:
        rate: The fraction, in [0, 1).
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `rate` is out of range.
    """


class SpatialDropout2D(_SpatialDropout):
    """Applies dropout to whole channels of an image.

    While training, sets a fraction of the channels of an image to 0, at all pixels.

    The others are divided by 1 - rate. Neighbouring pixels say nearly the same, so that dropping
    single ones would hide little. Reads (batch, rows, columns, channels).

    Args:
        rate: The fraction, in [0, 1).
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `rate` is out of range.

    Source: Tompson et al., 2015.
    """
