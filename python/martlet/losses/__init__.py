"""Losses: the objectives of training. Each class may be named by a string, such as "mse".

Either cross-entropy name takes labels of either form: integers, or one row per sample (one-hot
or probabilities that add up to 1). An object and a function may be called with two arrays; a
function of this package that is given to `compile` stands for its class.
"""

from __future__ import annotations

from typing import Any

from martlet._config import Registry
from martlet.losses import functions
from martlet.losses.binary_crossentropy import BinaryCrossentropy, BinaryFocalCrossentropy
from martlet.losses.categorical import (
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    CategoricalHinge,
    KLDivergence,
)
from martlet.losses.crossentropy import CategoricalCrossentropy, SparseCategoricalCrossentropy
from martlet.losses.functions import *  # noqa: F403
from martlet.losses.hinge_losses import Hinge, SquaredHinge
from martlet.losses.loss import Loss
from martlet.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
)

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "deserialize",
    "get",
    "serialize",
]
__all__ += functions.__all__

_CLASSES: list[type[Loss]] = [
    found
    for name in __all__
    if isinstance(found := globals().get(name), type) and found is not Loss
]

_REGISTRY: Registry[Loss] = Registry(
    "loss",
    Loss,
    _CLASSES,
    {
        "bce": BinaryCrossentropy,
        "mse": MeanSquaredError,
        "mae": MeanAbsoluteError,
        "mape": MeanAbsolutePercentageError,
        "msle": MeanSquaredLogarithmicError,
        "kld": KLDivergence,
        "kl_divergence": KLDivergence,
        "logcosh": LogCosh,
    },
)


def get(identifier: Any) -> Loss:
    """Returns the loss that a name, a config dictionary, an object or a function stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor a Loss nor a function of this package.

    Example:
        >>> martlet.losses.get("mse").name
        'mean_squared_error'
    """
    for item in _CLASSES:
        if identifier is item.function:
            return item()
    return _REGISTRY.get(identifier)


def serialize(loss: Loss) -> dict[str, Any]:
    """Returns a loss as plain values that `deserialize` reads."""
    return {"class": type(loss).__name__, "config": loss.get_config()}


def deserialize(config: Any) -> Loss:
    """Returns the loss that `serialize` described."""
    return get(config)
