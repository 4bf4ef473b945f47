"""Cosine decay of the learning rate, with an optional warm-up."""

from __future__ import annotations

from martlet import _checks
from martlet.optimizers.schedules.schedule import LearningRateSchedule


class CosineDecay(LearningRateSchedule):
    """rate = top * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha).

    With a warm-up the rate first rises in a straight line from `initial_learning_rate` to
    `warmup_target`, and falls from there.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: How many updates the fall takes.
        alpha: The share of the top rate that is left at the end.
        warmup_target: The top of the warm-up, or None for no warm-up.
        warmup_steps: How many updates the warm-up takes.

    Source: Loshchilov and Hutter, 2016.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        owner = "CosineDecay"
        self.initial_learning_rate = _checks.factor(
            owner, "initial_learning_rate", initial_learning_rate, minimum=0
        )
        self.decay_steps = _checks.integer(owner, "decay_steps", decay_steps)
        self.alpha = _checks.number(owner, "alpha", alpha, minimum=0)
        self.warmup_target = warmup_target
        if warmup_target is not None:
            self.warmup_target = _checks.positive(owner, "warmup_target", warmup_target)
        self.warmup_steps = _checks.integer(owner, "warmup_steps", warmup_steps, minimum=0)
