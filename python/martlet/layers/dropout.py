"""Dropout."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Dropout(Layer):
    """Applies dropout to the input.

    While training, sets a fraction of the values to 0 and divides the others by 1 - rate.

    Does nothing in `evaluate` and `predict`.

    Args:
        rate: The fraction, in [0, 1).
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `rate` is out of range.

    Source: Srivastava et al., 2014.
    """

    acts_in_training_only = True

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate: float = self._setting("rate", rate)
        self.seed: int | None = self._setting("seed", seed)
