"""RMSprop optimizer."""

from __future__ import annotations

from martlet.optimizers.optimizer import Optimizer
from martlet.optimizers.schedules import LearningRateSchedule


class RMSprop(Optimizer):
    """RMSprop optimizer: divides the gradient by a running root mean square of it.

        mean_square = rho * mean_square + (1 - rho) * gradient ** 2
        w = w - learning_rate * gradient / sqrt(mean_square + epsilon)

    Args:
        learning_rate: A number of at least 0, or a schedule.
        rho: How much of the running mean is kept, in [0, 1).
        momentum: In [0, 1).
        epsilon: Keeps the division finite; above 0.
        centered: Whether the running mean of the gradient is taken off, so that its variance
            divides.
        weight_decay: Fraction of each weight, times the learning rate, taken away at each update;
            or None.
        name: A label.

    Raises:
        ValueError: A setting is out of range.
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            learning_rate,
            name,
            rho=rho,
            momentum=momentum,
            epsilon=epsilon,
            centered=centered,
            weight_decay=weight_decay,
        )
