"""Inverse time decay schedule."""

from __future__ import annotations

from martlet.optimizers.schedules.schedule import LearningRateSchedule


class InverseTimeDecay(LearningRateSchedule):
    """Inverse time decay learning rate schedule.

    rate = initial_learning_rate / (1 + decay_rate * step / decay_steps).

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: How many updates count as one unit of time.
        decay_rate: The decay per unit of time.
        staircase: Whether step / decay_steps is rounded down, so that the rate falls in steps.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
    ) -> None:
        self.initial_learning_rate: float = self._setting(
            "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps: int = self._setting("decay_steps", decay_steps)
        self.decay_rate: float = self._setting("decay_rate", decay_rate)
        self.staircase: bool = self._setting("staircase", staircase)
