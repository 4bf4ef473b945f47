"""Basic activation functions on NumPy arrays, for looking at outputs; networks use the engine's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from martlet import _checks

__all__ = [
    "leaky_relu",
    "linear",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]

Array = npt.NDArray[np.float32]


def linear(x: npt.ArrayLike) -> Array:
    """Linear activation: returns `x` as float32."""
    return _checks.floats("x", x)


def relu(
    x: npt.ArrayLike,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Array:
    """Rectified linear unit: max(x, 0).

    Args:
        x: Numbers.
        negative_slope: Below the threshold, the result is negative_slope * (x - threshold).
        max_value: What the result does not exceed, at least 0; None for no limit.
        threshold: From which `x` passes. In a network, `layers.ReLU` has these arguments.

    Example:
        >>> martlet.activations.relu([-2.0, 1.0, 9.0], negative_slope=0.5, max_value=6.0)
        array([-1.,  1.,  6.], dtype=float32)
    """
    values = linear(x)
    slope = np.float32(_checks.number("relu", "negative_slope", negative_slope, minimum=0))
    bound = np.float32(_checks.number("relu", "threshold", threshold))
    below = slope * (values - bound) if slope else np.float32(0)
    result: Array = np.where(values < bound, below, values)
    if max_value is not None:
        ceiling = _checks.number("relu", "max_value", max_value, minimum=0)
        result = np.minimum(result, np.float32(ceiling))
    return result


def leaky_relu(x: npt.ArrayLike, negative_slope: float = 0.2) -> Array:
    """Leaky ReLU: `x` where that is positive, elsewhere negative_slope * x."""
    values = linear(x)
    slope = _checks.number("leaky_relu", "negative_slope", negative_slope)
    result: Array = np.where(values > 0, values, np.float32(slope) * values)
    return result


def sigmoid(x: npt.ArrayLike) -> Array:
    """Sigmoid: 1 / (1 + exp(-x)), written with tanh, which cannot overflow."""
    half = np.float32(0.5)
    result: Array = half + half * np.tanh(half * linear(x))
    return result


def tanh(x: npt.ArrayLike) -> Array:
    """Hyperbolic tangent of `x`."""
    result: Array = np.tanh(linear(x))
    return result


def softmax(x: npt.ArrayLike, axis: int = -1) -> Array:
    """Softmax: exp(x) / sum(exp(x)) along `axis`.

    Example:
        >>> martlet.activations.softmax([[0.0, 0.0]])
        array([[0.5, 0.5]], dtype=float32)
    """
    values = linear(x)
    axis = _checks.axis("softmax", axis, values.shape)
    exponentials = np.exp(values - values.max(axis=axis, keepdims=True))
    result: Array = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return result
