"""Optimizers. Each class may be named by a string: "adam" is `Adam()`."""

from __future__ import annotations

from typing import Any

from martlet._config import Registry
from martlet.optimizers import schedules
from martlet.optimizers.adam import Adam
from martlet.optimizers.adamw import AdamW
from martlet.optimizers.optimizer import Optimizer
from martlet.optimizers.rmsprop import RMSprop
from martlet.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "get", "schedules"]

_REGISTRY: Registry[Optimizer] = Registry(
    "optimizer",
    Optimizer,
    [SGD, RMSprop, Adam, AdamW],
    {"rmsprop": RMSprop, "adamw": AdamW},
)


def get(identifier: Any) -> Optimizer:
    """Returns the optimizer that a name, a config dictionary or an object stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor an Optimizer.

    Example:
        >>> martlet.optimizers.get("sgd").learning_rate
        0.01
    """
    return _REGISTRY.get(identifier)
