"""Piecewise constant schedule."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.optimizers.schedules.schedule import LearningRateSchedule


class PiecewiseConstantDecay(LearningRateSchedule):
    """Piecewise constant learning rate schedule.

    values[0] up to and including update boundaries[0], then values[1], and so on.

    Args:
        boundaries: Rising numbers of updates.
        values: One rate more than there are boundaries.

    Example:
        >>> martlet.optimizers.schedules.PiecewiseConstantDecay([1000], [0.01, 0.001])
        PiecewiseConstantDecay(boundaries=[1000], values=[0.01, 0.001])
    """

    def __init__(self, boundaries: Sequence[int], values: Sequence[float]) -> None:
        owner = "PiecewiseConstantDecay"
        self.boundaries: list[int] = list(self._setting("boundaries", boundaries))
        self.values: list[float] = self._setting("values", values)
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                f"{owner}: expected one value more than boundaries, received "
                f"{len(self.boundaries)} boundaries and {len(self.values)} values."
            )
        if sorted(set(self.boundaries)) != self.boundaries:
            raise ValueError(f"{owner}: expected rising boundaries, received {self.boundaries}.")
