"""The benchmark's layers as plain JAX functions: one makes the parameters, one applies them.

JAX has no layers of its own; these are what its users write. Parameters are a list with one entry a
layer. Batch normalisation's moving statistics are updated in training and used in inference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import networks
from flops import Shape, output_shape

EPSILON = 1e-3


def initial(layers: Sequence[networks.Layer], shape: Shape, rng: np.random.Generator) -> Any:
    """Trained parameters and moving statistics of each layer, and the shape after the last."""
    trained, moving = [], []
    for layer in layers:
        parameters, statistics, shape = initial_layer(layer, shape, rng)
        trained.append(parameters)
        moving.append(statistics)
    return trained, moving, shape


def initial_layer(layer: networks.Layer, shape: Shape, rng: np.random.Generator) -> Any:
    def kernel(*extents: int) -> Any:
        fan_in = np.prod(extents[:-1])
        return jnp.asarray(rng.normal(scale=(1 / fan_in) ** 0.5, size=extents), jnp.float32)

    match layer:
        case networks.Residual(body, shortcut):
            inner, inner_moving, after = initial(body, shape, rng)
            side, side_moving, _ = initial(shortcut, shape, rng)
            return (inner, side), (inner_moving, side_moving), after
        case networks.Dense(units):
            parameters: Any = (kernel(shape[0], units), jnp.zeros(units))
        case networks.Conv2D(filters, size, use_bias=use_bias):
            bias = jnp.zeros(filters) if use_bias else None
            parameters = (kernel(size, size, shape[2], filters), bias)
        case networks.LSTM(units):
            gates = 4 * units
            parameters = (kernel(shape[1], gates), kernel(units, gates), jnp.zeros(gates))
        case networks.BatchNormalization():
            ones, zeros = jnp.ones(shape[-1]), jnp.zeros(shape[-1])
            return (ones, zeros), (jnp.zeros(shape[-1]), jnp.ones(shape[-1])), shape
        case _:
            parameters = ()
    return parameters, (), output_shape(layer, shape)


def apply(layers: Sequence[networks.Layer], trained: Any, moving: Any, x: Any, key: Any) -> Any:
    """The outputs and the new moving statistics; inference when `key` is None."""
    updated = []
    for layer, parameters, statistics in zip(layers, trained, moving, strict=True):
        x, statistics = apply_layer(layer, parameters, statistics, x, key)
        updated.append(statistics)
    return x, updated


def apply_layer(layer: networks.Layer, parameters: Any, moving: Any, x: Any, key: Any) -> Any:
    match layer:
        case networks.Residual(body, shortcut):
            inner, inner_moving = apply(body, parameters[0], moving[0], x, key)
            side, side_moving = apply(shortcut, parameters[1], moving[1], x, key)
            return inner + side, (inner_moving, side_moving)
        case networks.BatchNormalization(momentum):
            return normalised(momentum, parameters, moving, x, key)
        case networks.Dense(_, activation):
            x = activated(x @ parameters[0] + parameters[1], activation)
        case networks.Conv2D(activation=activation):
            x = activated(convolved(layer, parameters, x), activation)
        case networks.MaxPooling2D(size):
            window = (1, size, size, 1)
            x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
        case networks.GlobalAveragePooling2D():
            x = x.mean((1, 2))
        case networks.ReLU():
            x = jax.nn.relu(x)
        case networks.Flatten():
            x = x.reshape(len(x), -1)
        case networks.LSTM():
            x = last_state(parameters, x)
        case networks.Dropout(rate) if key is not None:
            x = jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)
    return x, moving


def activated(x: Any, activation: str | None) -> Any:
    return jax.nn.relu(x) if activation == "relu" else x


def convolved(layer: networks.Conv2D, parameters: Any, x: Any) -> Any:
    kernel, bias = parameters
    strides, padding = (layer.strides, layer.strides), layer.padding.upper()
    y = jax.lax.conv_general_dilated(
        x, kernel, strides, padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    return y if bias is None else y + bias


def normalised(momentum: float, parameters: Any, moving: Any, x: Any, key: Any) -> Any:
    if key is None:
        mean, variance = moving
    else:
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        moving = tuple(
            momentum * old + (1 - momentum) * new
            for old, new in zip(moving, (mean, variance), strict=True)
        )
    scale, offset = parameters
    return (x - mean) * (scale * jax.lax.rsqrt(variance + EPSILON)) + offset, moving


def last_state(parameters: Any, x: Any) -> Any:
    """The input's products for all steps at once, then the recurrence."""
    kernel, recurrent, bias = parameters
    inputs = jnp.swapaxes(x @ kernel + bias, 0, 1)

    def step(state: Any, gates: Any) -> Any:
        hidden, cell = state
        i, f, g, o = jnp.split(gates + hidden @ recurrent, 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(cell), cell), None

    zeros = jnp.zeros((len(x), recurrent.shape[0]), x.dtype)
    (hidden, _), _ = jax.lax.scan(step, (zeros, zeros), inputs)
    return hidden
