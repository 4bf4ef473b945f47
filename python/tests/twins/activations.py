"""Activation functions: forward, and back from the gradient of the output."""

from __future__ import annotations

import numpy as np


def forward(name, z):
    if name == "softmax":
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)
    return {
        "linear": lambda: z,
        "relu": lambda: np.maximum(z, 0),
        "leaky_relu": lambda: np.where(z > 0, z, 0.2 * z),
        "sigmoid": lambda: 1 / (1 + np.exp(-z)),
        "tanh": lambda: np.tanh(z),
    }[name]()


def backward(name, z, dy):
    y = forward(name, z)
    if name == "softmax":
        return y * (dy - (y * dy).sum(axis=-1, keepdims=True))
    slope = {
        "linear": lambda: np.ones_like(z),
        "relu": lambda: z > 0,
        "leaky_relu": lambda: np.where(z > 0, 1, 0.2),
        "sigmoid": lambda: y * (1 - y),
        "tanh": lambda: 1 - y * y,
    }[name]()
    return dy * slope
