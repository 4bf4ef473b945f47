"""Stochastic gradient descent (SGD) optimizer."""

from __future__ import annotations

from martlet.optimizers.optimizer import Optimizer
from martlet.optimizers.schedules import LearningRateSchedule


class SGD(Optimizer):
    """Stochastic gradient descent (with momentum) optimizer.

        velocity = momentum * velocity - learning_rate * gradient
        w = w + velocity                                            (plain)
        w = w + momentum * velocity - learning_rate * gradient      (nesterov)

    Args:
        learning_rate: A number of at least 0, or a schedule.
        momentum: In [0, 1).
        nesterov: Whether to look ahead along the velocity.
        weight_decay: Fraction of each weight, times the learning rate, taken away at each update;
            or None.
        name: A label.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> martlet.optimizers.SGD(0.1, momentum=0.9).learning_rate
        0.1
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            learning_rate,
            name,
            momentum=momentum,
            nesterov=nesterov,
            weight_decay=weight_decay,
        )
