"""Metrics, reported beside the loss. A string may name each class: "accuracy", "mse", "mae".

The name that the user wrote is the name in `History.history`: "acc" stays "acc".
"""

from __future__ import annotations

from typing import Any

from martlet._config import Registry
from martlet.metrics.accuracy import (
    Accuracy,
    AutoAccuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
)
from martlet.metrics.metric import Metric
from martlet.metrics.regression import MeanAbsoluteError, MeanSquaredError

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "get",
]

_REGISTRY: Registry[Metric] = Registry(
    "metric",
    Metric,
    [
        AutoAccuracy,
        Accuracy,
        SparseCategoricalAccuracy,
        CategoricalAccuracy,
        BinaryAccuracy,
        MeanSquaredError,
        MeanAbsoluteError,
    ],
    {
        "accuracy": AutoAccuracy,
        "acc": AutoAccuracy,
        "mse": MeanSquaredError,
        "mae": MeanAbsoluteError,
    },
)


def get(identifier: Any) -> Metric:
    """Returns the metric that a name, a config dictionary or an object stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor a Metric.

    Example:
        >>> martlet.metrics.get("acc").name
        'acc'
    """
    if isinstance(identifier, str) and identifier.lower() == "accuracy":
        return AutoAccuracy(name=identifier)
    if isinstance(identifier, str):
        return _REGISTRY.find(identifier)(name=identifier)
    found = _REGISTRY.get(identifier)
    if found.declared_class() is None:
        raise TypeError(
            f"Expected a metric that the engine has ({', '.join(_REGISTRY.classes)}), received "
            f"{type(found).__name__}."
        )
    return found
