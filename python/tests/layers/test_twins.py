"""Every layer over images against its naive twin: outputs, and gradients of inputs and weights."""

from __future__ import annotations

import numpy as np
import pytest

from twins import cases, layers
from twins.network import Network, assert_close


def doubles(arrays):
    return [array.astype(np.float64) for array in arrays]


@pytest.mark.parametrize("case", cases.ALL, ids=str)
def test_the_engine_agrees_with_the_twin(case):
    network = Network(case)
    twin = layers.of(network.layer)
    x, *weights = doubles([network.x, *network.weights])
    y = twin.forward(x, weights)
    dx, dweights = twin.backward(x, weights, network.output_gradient(y))
    assert_close(network.results(), network.named(y, dx, dweights), 1e-5)


@pytest.mark.parametrize("case", cases.ALL, ids=str)
def test_the_twin_goes_back_along_the_slope(case):
    """Along a random direction, by finite differences."""
    source = np.random.default_rng(0)
    network = Network(case)
    twin = layers.of(network.layer)
    values = doubles([network.x, *network.weights])
    directions = [source.normal(size=value.shape) for value in values]
    y = twin.forward(values[0], values[1:])
    dy = source.normal(size=y.shape)
    dx, dweights = twin.backward(values[0], values[1:], dy)

    def loss(step):
        x, *weights = (v + step * d for v, d in zip(values, directions, strict=True))
        return (twin.forward(x, weights) * dy).sum()

    slope = (loss(1e-7) - loss(-1e-7)) / 2e-7
    expected = sum((g * d).sum() for g, d in zip([dx, *dweights], directions, strict=True))
    size = sum(np.abs(g * d).sum() for g, d in zip([dx, *dweights], directions, strict=True))
    assert slope == pytest.approx(expected, abs=1e-6 * size)
