from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import linear
from martlet import layers


@pytest.mark.parametrize("activation", [None, "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
@pytest.mark.parametrize("count", [1, 15, 17, 33])
def test_output_is_activation_of_product_plus_bias(activation, count):
    model = linear(activation=activation)
    layer = model.layers[0]
    layer.assign("bias", [0.5, -0.25])
    x = np.random.default_rng(0).normal(size=(count, 3))
    expected = martlet.activations.get(activation)(x @ layer.kernel + layer.bias)
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-5, atol=1e-6)


def test_without_a_bias():
    layer = linear(use_bias=False).layers[0]
    assert layer.bias is None
    assert layer.bias_gradient is None
    assert [view.shape for view in layer.weights] == [(3, 2)]


def test_shapes():
    layer = linear(5, 7).layers[0]
    assert (layer.kernel.shape, layer.bias.shape) == ((5, 7), (7,))
    assert layer.kernel_gradient.shape == (5, 7)
    assert layer.count_params() == 42


def test_initializers_are_used():
    layer = linear(kernel_initializer="ones", bias_initializer=martlet.initializers.Constant(3.0))
    np.testing.assert_array_equal(layer.layers[0].kernel, 1)
    np.testing.assert_array_equal(layer.layers[0].bias, 3)


def test_the_kernel_starts_within_glorots_limit():
    kernel = linear(300, 200).layers[0].kernel
    limit = np.sqrt(6 / 500)
    assert limit * 0.95 < np.abs(kernel).max() <= limit * 1.0001


def test_the_gradient_is_the_losss():
    model = linear()
    model.compile("sgd", "mse")
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(17, 3)), generator.normal(size=(17, 2))
    model.compute_gradients(x, y)
    layer = model.layers[0]
    error = 2 * (x @ layer.kernel + layer.bias - y) / y.size
    np.testing.assert_allclose(layer.kernel_gradient, x.T @ error, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(layer.bias_gradient, error.sum(axis=0), rtol=1e-4, atol=1e-6)


def test_functions_name_activations():
    assert layers.Dense(3, activation=martlet.activations.relu).get_config()["activation"] == "relu"
