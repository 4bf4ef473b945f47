"""Smooth and bounded activation functions on NumPy arrays."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.activations.functions import Array, linear, sigmoid

__all__ = [
    "elu",
    "exponential",
    "gelu",
    "gelu_tanh",
    "hard_sigmoid",
    "log_softmax",
    "mish",
    "relu6",
    "selu",
    "silu",
    "softplus",
    "softsign",
]

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _single(values: npt.NDArray[np.float64]) -> Array:
    return values.astype(np.float32)


def _double(x: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return linear(x).astype(np.float64)


def _normal(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The fraction of a normal distribution below `x`."""
    halves = [0.5 * math.erfc(-value / math.sqrt(2)) for value in x.ravel()]
    return np.array(halves).reshape(x.shape)


def relu6(x: npt.ArrayLike) -> Array:
    """ReLU bounded at 6: min(max(x, 0), 6)."""
    result: Array = np.clip(linear(x), np.float32(0), np.float32(6))
    return result


def elu(x: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """Exponential linear unit: `x` where that is positive, elsewhere alpha * (exp(x) - 1)."""
    values = _double(x)
    alpha = _checks.number("elu", "alpha", alpha)
    return _single(np.where(values > 0, values, alpha * np.expm1(np.minimum(values, 0))))


def selu(x: npt.ArrayLike) -> Array:
    """Scaled exponential linear unit: 1.0507 * elu(x, 1.6733)."""
    return _single(_SELU_SCALE * _double(elu(x, _SELU_ALPHA)))


def gelu(x: npt.ArrayLike, approximate: bool = False) -> Array:
    """Gaussian error linear unit: x times the normal distribution function of x.

    Args:
        x: Numbers.
        approximate: By a tanh instead; a network's layers have it as "gelu_tanh".
    """
    values = _double(x)
    if not _checks.flag("gelu", "approximate", approximate):
        return _single(values * _normal(values))
    inner = math.sqrt(2 / math.pi) * (values + 0.044715 * values**3)
    return _single(0.5 * values * (1 + np.tanh(inner)))


def gelu_tanh(x: npt.ArrayLike) -> Array:
    """Gaussian error linear unit by a tanh: gelu(x, approximate=True)."""
    return gelu(x, approximate=True)


def silu(x: npt.ArrayLike) -> Array:
    """Sigmoid linear unit: x * sigmoid(x). "swish" is another name for it."""
    result: Array = linear(x) * sigmoid(x)
    return result


def softplus(x: npt.ArrayLike) -> Array:
    """Softplus: log(1 + exp(x))."""
    return _single(np.logaddexp(0, _double(x)))


def softsign(x: npt.ArrayLike) -> Array:
    """Softsign: x / (1 + |x|)."""
    values = linear(x)
    result: Array = values / (1 + np.abs(values))
    return result


def mish(x: npt.ArrayLike) -> Array:
    """Mish: x * tanh(log(1 + exp(x)))."""
    return _single(_double(x) * np.tanh(_double(softplus(x))))


def hard_sigmoid(x: npt.ArrayLike) -> Array:
    """Hard sigmoid: relu6(x + 3) / 6."""
    result: Array = relu6(linear(x) + np.float32(3)) / np.float32(6)
    return result


def exponential(x: npt.ArrayLike) -> Array:
    """Exponential function: exp(x)."""
    result: Array = np.exp(linear(x))
    return result


def log_softmax(x: npt.ArrayLike, axis: int = -1) -> Array:
    """Logarithm of softmax(x) along `axis`."""
    values = _double(x)
    axis = _checks.axis("log_softmax", axis, values.shape)
    shifted = values - values.max(axis=axis, keepdims=True)
    return _single(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))
