"""Losses as functions of arrays: a number for each sample, along the last axis.

They compute in float64 with NumPy, independently of the engine, whose tests they are part of. A
function given to `compile` stands for the class of the same name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet._messages import shown

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

Array = npt.NDArray[Any]
_EPSILON = 1e-7


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    """Computes the cross-entropy between one-hot labels and predictions.

    -sum(y_true * log(y_pred)), of integer labels too. Probabilities are divided by their sum and
    kept between 1e-7 and 1 - 1e-7, as in Keras.

    Args:
        y_true: Rows of the shape of `y_pred`, or integer labels of its shape without the last axis.
        y_pred: Probabilities, or logits.
        from_logits: Whether they are logits.
        label_smoothing: The fraction of each label that is spread over all classes.

    Raises:
        ValueError: Shapes do not fit; nothing is broadcast.

    Example:
        >>> martlet.losses.categorical_crossentropy([[0, 1]], [[0.5, 0.5]]).round(4)
        array([0.6931])
    """
    rows, y = _classes(y_true, y_pred)
    rows = rows * (1 - label_smoothing) + label_smoothing / y.shape[-1]
    if from_logits:
        return np.asarray(-(rows * _log_softmax(y)).sum(axis=-1))
    return np.asarray(-(rows * np.log(_shares(y))).sum(axis=-1))


def sparse_categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> Array:
    """Computes the cross-entropy between integer labels and predictions.

    The same as `categorical_crossentropy` without smoothing.
    """
    return categorical_crossentropy(y_true, y_pred, from_logits)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Array:
    """Computes the focal cross-entropy between one-hot labels and predictions.

    -sum(alpha * (1 - p) ** gamma * y_true * log(p))
    """
    rows, y = _classes(y_true, y_pred)
    rows = rows * (1 - label_smoothing) + label_smoothing / y.shape[-1]
    p = _shares(np.exp(_log_softmax(y)) if from_logits else y)
    return np.asarray(-(alpha * (1 - p) ** gamma * rows * np.log(p)).sum(axis=-1))


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float = 0.5) -> Array:
    """Computes the generalized cross-entropy between labels and predictions.

    (1 - p ** q) / q with the probability p of the right class.
    """
    rows, y = _classes(y_true, y_pred)
    right = np.maximum((rows * y).sum(axis=-1), _EPSILON)
    return np.asarray((1 - right**q) / q)


def kl_divergence(y_true: Any, y_pred: Any) -> Array:
    """Computes the Kullback-Leibler divergence between labels and predictions.

    sum(y_true * log(y_true / y_pred)), both kept between 1e-7 and 1.
    """
    rows, y = _classes(y_true, y_pred)
    rows, y = np.clip(rows, _EPSILON, 1), np.clip(y, _EPSILON, 1)
    return np.asarray((rows * np.log(rows / y)).sum(axis=-1))


def categorical_hinge(y_true: Any, y_pred: Any) -> Array:
    """Computes the categorical hinge loss between labels and predictions.

    max(0, 1 + max((1 - y_true) * y_pred) - sum(y_true * y_pred))
    """
    rows, y = _classes(y_true, y_pred)
    right = (rows * y).sum(axis=-1)
    worst = ((1 - rows) * y).max(axis=-1)
    return np.asarray(np.maximum(worst - right + 1, 0))


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    """Computes the cross-entropy between binary labels and predictions.

    The mean of -y_true * log(p) - (1 - y_true) * log(1 - p), p kept between 1e-7 and 1 - 1e-7.
    """
    t, y = _alike(y_true, y_pred)
    t = t * (1 - label_smoothing) + label_smoothing / 2
    if from_logits:
        return np.asarray((np.maximum(y, 0) - y * t + np.log1p(np.exp(-np.abs(y)))).mean(axis=-1))
    p = np.clip(y, _EPSILON, 1 - _EPSILON)
    return np.asarray((-t * np.log(p) - (1 - t) * np.log(1 - p)).mean(axis=-1))


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Array:
    """Computes the binary focal cross-entropy between labels and predictions.

    The mean of (1 - p) ** gamma * -log(p) with the probability p of the right answer.
    """
    t, y = _alike(y_true, y_pred)
    t = t * (1 - label_smoothing) + label_smoothing / 2
    p = np.clip(1 / (1 + np.exp(-y)) if from_logits else y, _EPSILON, 1 - _EPSILON)
    entropy = -t * np.log(p) - (1 - t) * np.log(1 - p)
    right = t * p + (1 - t) * (1 - p)
    balance = t * alpha + (1 - t) * (1 - alpha) if apply_class_balancing else 1.0
    return np.asarray((balance * (1 - right) ** gamma * entropy).mean(axis=-1))


def mean_squared_error(y_true: Any, y_pred: Any) -> Array:
    """Computes the mean squared error between targets and predictions."""
    t, y = _alike(y_true, y_pred)
    return np.asarray(((y - t) ** 2).mean(axis=-1))


def mean_absolute_error(y_true: Any, y_pred: Any) -> Array:
    """Computes the mean absolute error between targets and predictions."""
    t, y = _alike(y_true, y_pred)
    return np.asarray(np.abs(y - t).mean(axis=-1))


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Array:
    """Computes the mean absolute percentage error between targets and predictions.

    The mean of 100 * abs(y_true - y_pred) / max(abs(y_true), 1e-7)
    """
    t, y = _alike(y_true, y_pred)
    return np.asarray((100 * np.abs(y - t) / np.maximum(np.abs(t), _EPSILON)).mean(axis=-1))


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Array:
    """Computes the mean squared logarithmic error between targets and predictions.

    The mean of (log(1 + y_true) - log(1 + y_pred)) ** 2, numbers below 1e-7 counting as that.
    """
    t, y = _alike(y_true, y_pred)
    error = np.log1p(np.maximum(y, _EPSILON)) - np.log1p(np.maximum(t, _EPSILON))
    return np.asarray((error**2).mean(axis=-1))


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Array:
    """Computes the Huber loss between targets and predictions.

    The mean of error ** 2 / 2 for errors up to `delta`, beyond of delta * (abs(error) - delta / 2).
    """
    t, y = _alike(y_true, y_pred)
    size = np.abs(y - t)
    return np.asarray(
        np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).mean(axis=-1)
    )


def log_cosh(y_true: Any, y_pred: Any) -> Array:
    """Computes the logarithm of the hyperbolic cosine of the prediction error, averaged."""
    t, y = _alike(y_true, y_pred)
    size = np.abs(y - t)
    return np.asarray((size + np.log1p(np.exp(-2 * size)) - np.log(2)).mean(axis=-1))


def poisson(y_true: Any, y_pred: Any) -> Array:
    """Computes the Poisson loss between targets and predictions.

    The mean of y_pred - y_true * log(y_pred + 1e-7)
    """
    t, y = _alike(y_true, y_pred)
    return np.asarray((y - t * np.log(y + _EPSILON)).mean(axis=-1))


def cosine_similarity(y_true: Any, y_pred: Any) -> Array:
    """Computes minus the cosine similarity between targets and predictions.

    -1 for the same direction, as in Keras, so that it may be minimised.
    """
    t, y = _alike(y_true, y_pred)
    return np.asarray(-(_directions(t) * _directions(y)).sum(axis=-1))


def hinge(y_true: Any, y_pred: Any) -> Array:
    """Computes the hinge loss between labels of -1 (or 0) and 1 and predictions.

    The mean of max(0, 1 - y_true * y_pred)
    """
    t, y = _alike(y_true, y_pred)
    return np.asarray(np.maximum(1 - np.where(t == 0, -1, t) * y, 0).mean(axis=-1))


def squared_hinge(y_true: Any, y_pred: Any) -> Array:
    """Computes the squared hinge loss between labels of -1 (or 0) and 1 and predictions.

    The mean of max(0, 1 - y_true * y_pred) ** 2
    """
    t, y = _alike(y_true, y_pred)
    return np.asarray((np.maximum(1 - np.where(t == 0, -1, t) * y, 0) ** 2).mean(axis=-1))


def _numbers(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: expected numbers of one shape, received {shown(value)}."
        ) from None


def _alike(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Targets and predictions of one shape."""
    t, y = _numbers("y_true", y_true), _numbers("y_pred", y_pred)
    if t.shape != y.shape:
        if t.shape not in (y.shape[:-1] if y.shape[-1:] == (1,) else None, (*y.shape, 1)):
            raise ValueError(
                f"y_true: expected the shape of y_pred, {y.shape}, received {t.shape}. Nothing is "
                "broadcast; reshape one of them."
            )
        t = t.reshape(y.shape)
    return (t, y) if y.ndim else (t.reshape(1), y.reshape(1))


def _classes(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """One-hot rows, also of labels, and predictions of one shape."""
    t, y = _numbers("y_true", y_true), _numbers("y_pred", y_pred)
    if t.shape == y.shape and y.ndim:
        return t, y
    if y.ndim == 0 or t.shape not in (y.shape[:-1], (*y.shape[:-1], 1)):
        raise ValueError(
            f"y_true: expected rows of the shape of y_pred, {y.shape}, or integer labels of shape "
            f"{y.shape[:-1]}, received {t.shape}."
        )
    labels = t.reshape(y.shape[:-1])
    if not ((labels >= 0) & (labels < y.shape[-1]) & (labels == np.floor(labels))).all():
        raise ValueError(f"y_true: expected integer labels 0 ... {y.shape[-1] - 1}.")
    return np.eye(y.shape[-1])[labels.astype(np.int64)], y


def _log_softmax(z: Array) -> Array:
    shifted = z - z.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def _shares(y: Array) -> Array:
    total = y.sum(axis=-1, keepdims=True)
    return np.clip(y / np.where(total == 0, 1, total), _EPSILON, 1 - _EPSILON)


def _directions(x: Array) -> Array:
    return np.asarray(x / np.sqrt(np.maximum((x**2).sum(axis=-1, keepdims=True), 1e-12)))
