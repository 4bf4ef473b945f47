"""Polynomial decay schedule."""

from __future__ import annotations

from martlet.optimizers.schedules.schedule import LearningRateSchedule


class PolynomialDecay(LearningRateSchedule):
    """Polynomial decay learning rate schedule.

    rate = (initial - end) * (1 - min(step, decay_steps) / decay_steps) ** power + end.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: How many updates the way to `end_learning_rate` takes.
        end_learning_rate: The last rate.
        power: 1 is a straight line.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
    ) -> None:
        self.initial_learning_rate: float = self._setting(
            "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps: int = self._setting("decay_steps", decay_steps)
        self.end_learning_rate: float = self._setting("end_learning_rate", end_learning_rate)
        self.power: float = self._setting("power", power)
