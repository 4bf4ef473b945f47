"""Metrics, reported beside the loss. A string may name each class: "accuracy", "mse", "f1_score".

The name that the user wrote is the name in `History.history`: "acc" stays "acc". All are measured
over the whole epoch, and numbers of classes are made of one count, so that they agree with each
other. What gives an array, such as `ConfusionMatrix()` or `F1Score(average=None)`, has one in the
history.
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
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from martlet.metrics.classification import (
    F1Score,
    FalseNegatives,
    FalsePositives,
    FBetaScore,
    Precision,
    Recall,
    Specificity,
    TrueNegatives,
    TruePositives,
)
from martlet.metrics.confusion import (
    BalancedAccuracy,
    BinaryIoU,
    CohenKappa,
    ConfusionMatrix,
    IoU,
    MatthewsCorrelation,
    MeanIoU,
    OneHotIoU,
    OneHotMeanIoU,
)
from martlet.metrics.curves import (
    AUC,
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from martlet.metrics.metric import Metric
from martlet.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from martlet.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    Mean,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    R2Score,
    RootMeanSquaredError,
)
from martlet.metrics.report import classification_report

__all__ = [
    "AUC",
    "Accuracy",
    "BalancedAccuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CohenKappa",
    "ConfusionMatrix",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "MatthewsCorrelation",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Specificity",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "classification_report",
    "deserialize",
    "get",
    "serialize",
]

_CLASSES: list[type[Metric]] = [AutoAccuracy]
_CLASSES += [
    found
    for name in __all__
    if isinstance(found := globals().get(name), type) and found is not Metric
]

_REGISTRY: Registry[Metric] = Registry(
    "metric",
    Metric,
    _CLASSES,
    {
        "accuracy": AutoAccuracy,
        "acc": AutoAccuracy,
        "auc": AUC,
        "r2_score": R2Score,
        "f1_score": F1Score,
        "fbeta_score": FBetaScore,
        "mse": MeanSquaredError,
        "mae": MeanAbsoluteError,
        "rmse": RootMeanSquaredError,
        "mape": MeanAbsolutePercentageError,
        "msle": MeanSquaredLogarithmicError,
        "kld": KLDivergence,
        "bce": BinaryCrossentropy,
    },
)


def get(identifier: Any) -> Metric:
    """Returns the metric that a name, a config dictionary, an object or a function stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor a Metric nor a function of `martlet.losses`.

    Example:
        >>> martlet.metrics.get("acc").name
        'acc'
    """
    if isinstance(identifier, str) and identifier.lower() == "accuracy":
        return AutoAccuracy(name=identifier)
    if isinstance(identifier, str):
        return _REGISTRY.find(identifier)(name=identifier)
    if getattr(identifier, "__module__", None) == "martlet.losses.functions":
        name = identifier.__name__
        return _REGISTRY.find("log_cosh_error" if name == "log_cosh" else name)(name=name)
    found = _REGISTRY.get(identifier)
    if found.declared_class() is None:
        raise TypeError(
            f"Expected a metric that the engine has ({', '.join(_REGISTRY.classes)}), received "
            f"{type(found).__name__}."
        )
    return found


def serialize(metric: Metric) -> dict[str, Any]:
    """Returns a metric as plain values that `deserialize` reads."""
    return {"class": type(metric).__name__, "config": metric.get_config()}


def deserialize(config: Any) -> Metric:
    """Returns the metric that `serialize` described."""
    return get(config)
