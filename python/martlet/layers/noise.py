"""Gaussian noise, additive and multiplicative."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class GaussianNoise(Layer):
    """Applies additive Gaussian noise to the input.

    While training, adds numbers from a normal distribution of mean 0.

    Does nothing in `evaluate` and `predict`.

    Args:
        stddev: The standard deviation of the noise; at least 0.
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `stddev` is negative.
    """

    acts_in_training_only = True

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev: float = self._setting("stddev", stddev)
        self.seed: int | None = self._setting("seed", seed)


class GaussianDropout(Layer):
    """Applies multiplicative Gaussian noise to the input.

    While training, multiplies by numbers of mean 1 and standard deviation sqrt(rate / (1 - rate)).

    Does nothing in `evaluate` and `predict`.

    Args:
        rate: In [0, 1); the noise is as strong as that of `Dropout` with this rate.
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
