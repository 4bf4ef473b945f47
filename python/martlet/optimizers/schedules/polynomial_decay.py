"""Polynomial decay of the learning rate."""

from __future__ import annotations

from martlet import _checks
from martlet.optimizers.schedules.schedule import LearningRateSchedule


class PolynomialDecay(LearningRateSchedule):
    """rate = (initial - end) * (1 - min(step, decay_steps) / decay_steps) ** power + end.

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
        owner = "PolynomialDecay"
        self.initial_learning_rate = _checks.positive(
            owner, "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps = _checks.integer(owner, "decay_steps", decay_steps)
        self.end_learning_rate = _checks.number(
            owner, "end_learning_rate", end_learning_rate, minimum=0
        )
        self.power = _checks.positive(owner, "power", power)
