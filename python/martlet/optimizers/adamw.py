"""AdamW optimizer."""

from __future__ import annotations

from martlet.optimizers.adam import Adam
from martlet.optimizers.schedules import LearningRateSchedule


class AdamW(Adam):
    """AdamW optimizer: Adam with decoupled weight decay.

        w = w - learning_rate * weight_decay * w, then Adam's update

    Args:
        learning_rate: A number of at least 0, or a schedule.
        weight_decay: Fraction of each weight, times the learning rate, taken away at each update.
        beta_1: In [0, 1).
        beta_2: In [0, 1).
        epsilon: Keeps the division finite; above 0.
        amsgrad: Must be False; the variant is not offered.
        name: A label.

    Raises:
        ValueError: A setting is out of range, or `amsgrad` is asked for.

    Source: Loshchilov and Hutter, 2017.
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, name=name
        )
