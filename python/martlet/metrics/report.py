"""Classification report of a model, by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from martlet._messages import shown
from martlet.utils import console

if TYPE_CHECKING:
    from martlet.models import Model


def classification_report(
    model: Model,
    x: Any,
    y: Any,
    *,
    target_names: Sequence[str] | None = None,
    digits: int = 3,
    output_dict: bool = False,
) -> dict[str, Any] | None:
    """Prints precision, recall, F1 score and support of every class, as scikit-learn reports them.

    Args:
        model: A model with one output: of several units, a class each, or of one unit, yes or no.
        x: As in `predict`.
        y: Integer labels, or one-hot rows.
        target_names: What the classes are called.
        digits: Digits behind the point.
        output_dict: Whether to return the numbers as a dictionary instead of printing them.

    Raises:
        ImportError: scikit-learn is not installed.
        TypeError: No model.
        ValueError: Shapes or labels that do not fit.
    """
    try:
        from sklearn import metrics as sklearn_metrics
    except ImportError as error:
        raise ImportError(
            'classification_report needs scikit-learn. Run: pip install "martlet[sklearn]"'
        ) from error
    if not hasattr(model, "predict"):
        raise TypeError(f"model: expected a martlet model, received {shown(model)}.")
    outputs = np.asarray(model.predict(x, verbose=0))
    if outputs.ndim != 2:
        raise ValueError(
            f"classification_report: expected a model with one class a sample, and its output is "
            f"of shape {outputs.shape}."
        )
    classes = max(2, outputs.shape[1])
    answers = outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0.5).astype(int)
    report = sklearn_metrics.classification_report(
        _labels(y, len(outputs), outputs.shape[1]),
        answers,
        labels=range(classes),
        target_names=target_names,
        digits=digits,
        output_dict=output_dict,
        zero_division=0,
    )
    if output_dict:
        found: dict[str, Any] = report
        return found
    console.say(report)
    return None


def _labels(y: Any, count: int, classes: int) -> Any:
    labels = np.asarray(y)
    if classes > 1 and labels.shape == (count, classes):
        labels = labels.argmax(axis=1)
    if labels.size != count:
        raise ValueError(
            f"y: expected a label for each of the {count} samples, or one-hot rows of {classes}, "
            f"received shape {labels.shape}."
        )
    return labels.reshape(count)
