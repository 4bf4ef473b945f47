"""Losses: the objectives of training. Each class may be named by a string, such as "mse".

Either cross-entropy name takes labels of either form: integers, or one row per sample (one-hot
or probabilities that add up to 1).
"""

from __future__ import annotations

from typing import Any

from martlet._config import Registry
from martlet.losses.binary_crossentropy import BinaryCrossentropy
from martlet.losses.crossentropy import CategoricalCrossentropy, SparseCategoricalCrossentropy
from martlet.losses.loss import Loss
from martlet.losses.regression import MeanAbsoluteError, MeanSquaredError

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "get",
]

_REGISTRY: Registry[Loss] = Registry(
    "loss",
    Loss,
    [
        SparseCategoricalCrossentropy,
        CategoricalCrossentropy,
        BinaryCrossentropy,
        MeanSquaredError,
        MeanAbsoluteError,
    ],
    {
        "bce": BinaryCrossentropy,
        "mse": MeanSquaredError,
        "mae": MeanAbsoluteError,
    },
)


def get(identifier: Any) -> Loss:
    """Returns the loss that a name, a config dictionary or an object stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor a Loss.

    Example:
        >>> martlet.losses.get("mse").name
        'mean_squared_error'
    """
    return _REGISTRY.get(identifier)
