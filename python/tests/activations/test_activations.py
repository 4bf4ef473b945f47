from __future__ import annotations

import numpy as np
import pytest

from martlet import activations

X = np.array([-1000.0, -1.0, 0.0, 2.0, 1000.0])


def test_values():
    np.testing.assert_array_equal(activations.relu(X), [0, 0, 0, 2, 1000])
    np.testing.assert_allclose(activations.leaky_relu(X), [-200, -0.2, 0, 2, 1000], rtol=1e-6)
    np.testing.assert_allclose(activations.leaky_relu(X, 0.5), [-500, -0.5, 0, 2, 1000])
    np.testing.assert_allclose(activations.tanh(X), np.tanh(X), rtol=1e-6)
    np.testing.assert_allclose(activations.sigmoid([-1, 0, 2]), 1 / (1 + np.exp([1, 0, -2])))
    np.testing.assert_array_equal(activations.linear(X), X)


def test_nothing_overflows():
    with np.errstate(all="raise", under="ignore"):
        assert activations.sigmoid(X)[[0, -1]].tolist() == [0, 1]
        assert activations.softmax(X).tolist() == [0, 0, 0, 0, 1]


def test_softmax_axis():
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(activations.softmax(x, axis=0).sum(axis=0), 1, rtol=1e-6)


def test_names():
    assert activations.get("relu") is activations.relu
    assert activations.get(None) is activations.linear
    with pytest.raises(ValueError, match='Did you mean "sigmoid"'):
        activations.get("sigmod")
