"""Adam optimizer."""

from __future__ import annotations

from martlet.optimizers.optimizer import Optimizer
from martlet.optimizers.schedules import LearningRateSchedule


class Adam(Optimizer):
    """Adam optimizer: adaptive moment estimation.

    Momentum divided by a running size of the gradient, both corrected for their start at zero.

        m = beta_1 * m + (1 - beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient ** 2
        rate = learning_rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)
        w = w - rate * m / (sqrt(v) + epsilon)

    Args:
        learning_rate: A number of at least 0, or a schedule.
        beta_1: In [0, 1).
        beta_2: In [0, 1).
        epsilon: Keeps the division finite; above 0.
        amsgrad: Must be False; the variant is not offered.
        weight_decay: Fraction of each weight, times the learning rate, taken away at each update;
            or None.
        name: A label.

    Raises:
        ValueError: A setting is out of range, or `amsgrad` is asked for.

    Source: Kingma and Ba, 2014.
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        self._setting("amsgrad", amsgrad)
        super().__init__(
            learning_rate,
            name,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            weight_decay=weight_decay,
        )
