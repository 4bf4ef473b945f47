"""Random initializers of a given distribution."""

from __future__ import annotations

from martlet import _checks
from martlet.initializers.initializer import SeededInitializer


class RandomNormal(SeededInitializer):
    """Random normal initializer.

    Args:
        mean: Mean of the distribution.
        stddev: Standard deviation, at least 0.
        seed: See `Initializer`.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean: float = self._setting("mean", mean)
        self.stddev: float = self._setting("stddev", stddev)


class TruncatedNormal(RandomNormal):
    """Truncated normal initializer.

    Draws from a normal distribution and draws again beyond two standard deviations.

    Args:
        mean: Mean of the distribution before truncation.
        stddev: Standard deviation before truncation, at least 0.
        seed: See `Initializer`.
    """


class RandomUniform(SeededInitializer):
    """Random uniform initializer.

    Draws evenly from [minval, maxval).

    Args:
        minval: Lower end.
        maxval: Upper end, not below `minval`.
        seed: See `Initializer`.
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(seed)
        self.minval: float = self._setting("minval", minval)
        self.maxval: float = self._setting("maxval", maxval)
        _checks.number("RandomUniform", "maxval", maxval, minimum=self.minval)
