"""Learning rate schedules, by the number of updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet._config import Registry
from martlet.optimizers.schedules.cosine_decay import CosineDecay
from martlet.optimizers.schedules.exponential_decay import ExponentialDecay
from martlet.optimizers.schedules.inverse_time_decay import InverseTimeDecay
from martlet.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
from martlet.optimizers.schedules.polynomial_decay import PolynomialDecay
from martlet.optimizers.schedules.schedule import LearningRateSchedule

__all__ = [
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "get",
]

_REGISTRY: Registry[LearningRateSchedule] = Registry(
    "schedule",
    LearningRateSchedule,
    [CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay],
)


def get(identifier: LearningRateSchedule | Mapping[str, Any]) -> LearningRateSchedule:
    """Returns the schedule that an object or its config dictionary stands for."""
    return _REGISTRY.get(identifier)
