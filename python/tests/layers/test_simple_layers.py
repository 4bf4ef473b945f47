"""Layers without weights: Flatten, Reshape, Dropout, Activation, ReLU, Softmax, Rescaling."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

X = np.random.default_rng(2).normal(size=(17, 4, 3)).astype(np.float32)


def run(layer, x=X):
    return martlet.Sequential([layers.Input(x.shape[1:]), layer]).predict(x)


def test_flatten_keeps_the_order():
    np.testing.assert_array_equal(run(layers.Flatten()), X.reshape(17, 12))


@pytest.mark.parametrize(("target", "shape"), [((2, 6), (2, 6)), ((-1, 2), (6, 2)), ((12,), (12,))])
def test_reshape_keeps_the_order(target, shape):
    np.testing.assert_array_equal(run(layers.Reshape(target)), X.reshape(17, *shape))


def test_rescaling():
    x = np.arange(24, dtype=np.uint8).reshape(2, 12)
    out = run(layers.Rescaling(0.5, offset=-1), x)
    np.testing.assert_allclose(out, x * 0.5 - 1)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "linear"])
def test_activation(name):
    expected = martlet.activations.get(name)(X)
    np.testing.assert_allclose(run(layers.Activation(name)), expected, rtol=1e-5, atol=1e-6)


def test_relu():
    np.testing.assert_array_equal(run(layers.ReLU()), np.maximum(X, 0))


@pytest.mark.parametrize("layer", [layers.Softmax, lambda: layers.Activation("softmax")])
def test_softmax_is_along_the_last_axis(layer):
    x = X.reshape(17, 12)
    np.testing.assert_allclose(run(layer(), x), martlet.activations.softmax(x), rtol=1e-5)


def test_dropout_does_nothing_in_predict():
    np.testing.assert_array_equal(run(layers.Dropout(0.9)), X)


def test_dropout_acts_in_training():
    model = martlet.Sequential([layers.Dropout(0.5, input_shape=(200,))])
    model.compile("sgd", "mse")
    ones = np.ones((50, 200))
    # Of values 0 or 2, both with probability 1/2, the mean squared distance from 1 is 1.
    loss = model.compute_gradients(ones, ones, training=True)["loss"]
    assert 0.95 < loss < 1.05
    assert model.compute_gradients(ones, ones, training=False)["loss"] == 0


def test_input_stands_in_front():
    model = martlet.Sequential([layers.InputLayer((4, 3)), layers.Flatten()])
    assert model.input_shape == (None, 4, 3)
    assert [layer.name for layer in model.layers] == ["flatten"]
