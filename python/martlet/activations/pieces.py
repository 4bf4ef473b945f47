"""Activation functions made of pieces, and those that shrink, on NumPy arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.activations.curves import elu, hard_sigmoid, softplus
from martlet.activations.functions import Array, linear

__all__ = [
    "celu",
    "hard_shrink",
    "hard_silu",
    "hard_tanh",
    "log_sigmoid",
    "soft_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
    "tanh_shrink",
]


def celu(x: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """Continuously differentiable exponential linear unit.

    `x` where that is positive, elsewhere alpha * (exp(x / alpha) - 1).

    Args:
        x: Numbers.
        alpha: Above 0; in the layers of a network it is 1.
    """
    alpha = _checks.positive("celu", "alpha", alpha)
    values = linear(x)
    result: Array = np.where(
        values > 0, values, np.float32(alpha) * elu(values / np.float32(alpha))
    )
    return result


def hard_shrink(x: npt.ArrayLike, threshold: float = 0.5) -> Array:
    """Hard shrink: `x` where |x| is above `threshold`, elsewhere 0.

    Args:
        x: Numbers.
        threshold: At least 0; in the layers of a network it is 0.5.
    """
    bound = _checks.number("hard_shrink", "threshold", threshold, minimum=0)
    values = linear(x)
    result: Array = np.where(np.abs(values) <= np.float32(bound), np.float32(0), values)
    return result


def soft_shrink(x: npt.ArrayLike, threshold: float = 0.5) -> Array:
    """Soft shrink: `x` brought nearer to 0 by `threshold`, or 0.

    Args:
        x: Numbers.
        threshold: At least 0; in the layers of a network it is 0.5.
    """
    bound = np.float32(_checks.number("soft_shrink", "threshold", threshold, minimum=0))
    values = linear(x)
    result: Array = values - np.clip(values, -bound, bound)
    return result


def tanh_shrink(x: npt.ArrayLike) -> Array:
    """Tanh shrink: x - tanh(x)."""
    values = linear(x).astype(np.float64)
    return (values - np.tanh(values)).astype(np.float32)


def hard_silu(x: npt.ArrayLike) -> Array:
    """Hard SiLU: x * hard_sigmoid(x). "hard_swish" is another name for it."""
    result: Array = linear(x) * hard_sigmoid(x)
    return result


def hard_tanh(x: npt.ArrayLike) -> Array:
    """Hard tanh: `x` between -1 and 1."""
    result: Array = np.clip(linear(x), np.float32(-1), np.float32(1))
    return result


def log_sigmoid(x: npt.ArrayLike) -> Array:
    """Logarithm of the sigmoid: -log(1 + exp(-x))."""
    result: Array = -softplus(-linear(x))
    return result


def squareplus(x: npt.ArrayLike, b: float = 4) -> Array:
    """Squareplus: (x + sqrt(x * x + b)) / 2.

    Args:
        x: Numbers.
        b: At least 0; in the layers of a network it is 4.
    """
    b = _checks.number("squareplus", "b", b, minimum=0)
    values = linear(x).astype(np.float64)
    return ((values + np.sqrt(values * values + b)) / 2).astype(np.float32)


def sparse_plus(x: npt.ArrayLike) -> Array:
    """Sparse plus: 0 up to -1, (x + 1)^2 / 4 up to 1, and `x` from there."""
    values = linear(x)
    bent = np.square(np.clip(values, -1, 1) + np.float32(1)) / np.float32(4)
    result: Array = np.where(values < 1, bent, values)
    return result


def sparse_sigmoid(x: npt.ArrayLike) -> Array:
    """Sparse sigmoid: (x + 1) / 2 between 0 and 1."""
    result: Array = np.clip((linear(x) + np.float32(1)) / np.float32(2), 0, 1)
    return result
