"""Cosine decay schedule."""

from __future__ import annotations

from martlet.optimizers.schedules.schedule import LearningRateSchedule


class CosineDecay(LearningRateSchedule):
    """Cosine decay learning rate schedule, with an optional warm-up.

    rate = top * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha).

    With a warm-up the rate first rises in a straight line from `initial_learning_rate` to
    `warmup_target`, and falls from there.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: How many updates the fall takes.
        alpha: The fraction of the top rate that is left at the end.
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
        self.initial_learning_rate: float = self._setting(
            "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps: int = self._setting("decay_steps", decay_steps)
        self.alpha: float = self._setting("alpha", alpha)
        self.warmup_target: float | None = self._setting("warmup_target", warmup_target)
        self.warmup_steps: int = self._setting("warmup_steps", warmup_steps)
