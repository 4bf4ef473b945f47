"""Scaling of features: normalised rows, standardised columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks

Array = npt.NDArray[np.float32]
_SAMPLES_AT_A_TIME = 4096


def normalize(x: npt.ArrayLike, axis: int = -1, order: int = 2) -> Array:
    """Normalizes an array: divides by the norm along an axis.

    Args:
        x: Numbers.
        axis: Along which the norm is taken.
        order: 1 for the sum of magnitudes, 2 for the length, and so on.

    Returns:
        A float32 array of the same shape. What has a norm of 0 stays as it is.

    Raises:
        ValueError: There is no such axis, `order` is below 1, or a number is NaN or infinite.

    Example:
        >>> martlet.utils.normalize([[3.0, 4.0], [0.0, 0.0]])
        array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)
    """
    values = np.atleast_1d(_checks.finite_floats("x", x)).astype(np.float64)
    axis = _checks.axis("normalize", axis, values.shape)
    power = _checks.integer("normalize", "order", order)
    # Powers of the fraction of the largest number neither overflow nor vanish.
    largest = np.abs(values).max(axis=axis, keepdims=True)
    largest[largest == 0] = 1
    shares = values / largest
    norms = (np.abs(shares) ** power).sum(axis=axis, keepdims=True) ** (1 / power)
    norms[norms == 0] = 1
    result: Array = (shares / norms).astype(np.float32)
    return result


def standardize(
    x: npt.ArrayLike,
    mean: npt.ArrayLike | None = None,
    std: npt.ArrayLike | None = None,
) -> tuple[Array, Array, Array]:
    """Standardizes features to zero mean and unit variance.

    Statistics are over samples, the first axis, and in float64. What was found in training data is
    to be used for all other data too; pass it on.

    Args:
        x: Numbers of shape (samples, ...).
        mean: What is subtracted; None for the mean of each feature of `x`.
        std: What is divided by; None for the standard deviation of each feature of `x`, or 1
            for a feature that is the same in all samples.

    Returns:
        The float32 array (x - mean) / std, the mean, and the standard deviation.

    Raises:
        ValueError: Shapes that do not fit, a std that is not above 0, only one of both, or
            a number that is NaN or infinite.

    Example:
        >>> x_train, mean, std = martlet.utils.standardize([[1.0, 5.0], [3.0, 5.0]])
        >>> x_train.tolist()
        [[-1.0, 0.0], [1.0, 0.0]]
        >>> martlet.utils.standardize([[5.0, 6.0]], mean, std)[0].tolist()
        [[3.0, 1.0]]
    """
    values = _numbers(x)
    if (mean is None) != (std is None):
        raise ValueError("standardize: expected mean and std, or none of both; received only one.")
    if mean is None:
        shift, scale = _statistics(values)
    else:
        shift = _fitted("mean", mean, values.shape[1:])
        scale = _fitted("std", std, values.shape[1:])
        if not (scale > 0).all():
            raise ValueError(
                "standardize: expected a std above 0 for each feature; received "
                f"{scale.min():g}. Take 1 where a feature does not vary."
            )
    result = np.empty(values.shape, np.float32)
    for rows in _batches(len(values)):
        result[rows] = (values[rows] - shift) / scale
    return result, shift.astype(np.float32), scale.astype(np.float32)


def _numbers(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """Integers as they are, so that pixels need no copy of four times their size."""
    if isinstance(x, np.ndarray) and x.dtype.kind in "bui":
        values: npt.NDArray[Any] = np.asarray(_checks.unmasked("x", x))
    else:
        values = _checks.finite_floats("x", x)
    if values.ndim == 0 or values.size == 0:
        raise ValueError(
            f"standardize: expected x to be of shape (samples, ...), received {values.shape}."
        )
    return values


def _statistics(
    values: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean and standard deviation of each feature, by two passes over batches in float64."""
    count, shape = len(values), values.shape[1:]
    total, squares = np.zeros(shape), np.zeros(shape)
    for rows in _batches(count):
        total += values[rows].sum(axis=0, dtype=np.float64)
    mean = total / count
    for rows in _batches(count):
        squares += np.square(values[rows] - mean).sum(axis=0)
    std = np.asarray(np.sqrt(squares / count))
    # Of a feature that does not vary, rounding of the mean may leave a trace.
    varies = std > 1e-12 * np.abs(mean)
    return np.asarray(mean), np.where(varies, std, 1.0)


def _fitted(argument: str, value: Any, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    numbers = _checks.finite_floats(argument, value)
    try:
        fits = np.broadcast_shapes(numbers.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"standardize: expected {argument} of shape {shape}, as one sample has; received "
            f"{numbers.shape}."
        )
    return numbers.astype(np.float64)


def _batches(count: int) -> list[slice]:
    starts = range(0, count, _SAMPLES_AT_A_TIME)
    return [slice(start, start + _SAMPLES_AT_A_TIME) for start in starts]
