"""LayerNormalization, Permute, RepeatVector, and what acts in training only."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

X = np.random.default_rng(4).normal(2, 3, size=(17, 4, 3)).astype(np.float32)


def run(layer, x=X):
    return martlet.Sequential([layers.Input(x.shape[1:]), layer]).predict(x)


@pytest.mark.parametrize(("axis", "axes"), [(-1, (2,)), (2, (2,)), ([-2, -1], (1, 2))])
def test_layer_normalization(axis, axes):
    x = X.astype(np.float64)
    normal = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-3)
    np.testing.assert_allclose(run(layers.LayerNormalization(axis)), normal, rtol=0, atol=1e-5)


def test_layer_normalization_of_other_axes():
    with pytest.raises(ValueError, match="last axis"):
        martlet.Sequential([layers.LayerNormalization(axis=1, input_shape=(4, 3))])


def test_layer_normalization_goes_back():
    layer = layers.LayerNormalization(input_shape=(5,))
    model = martlet.Sequential([layer])
    model.compile("sgd", "mse")
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=(33, 5)), generator.normal(size=(33, 5))
    model.compute_gradients(x, y)
    normal = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3)
    dy = 2 * (normal - y) / y.size
    np.testing.assert_allclose(layer.gamma_gradient, (dy * normal).sum(0), atol=1e-6)
    np.testing.assert_allclose(layer.beta_gradient, dy.sum(0), atol=1e-6)


def test_permute():
    np.testing.assert_array_equal(run(layers.Permute((2, 1))), X.transpose(0, 2, 1))
    x = X.reshape(17, 2, 2, 3)
    np.testing.assert_array_equal(run(layers.Permute((3, 1, 2)), x), x.transpose(0, 3, 1, 2))
    with pytest.raises(ValueError, match="each of the 2 axes"):
        run(layers.Permute((1, 3)))


def test_repeat_vector():
    x = X.reshape(17, 12)
    expected = np.repeat(x[:, None], 3, axis=1)
    np.testing.assert_array_equal(run(layers.RepeatVector(3), x), expected)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.SpatialDropout1D(0.5),
        lambda: layers.GaussianNoise(1.0),
        lambda: layers.GaussianDropout(0.5),
    ],
)
def test_nothing_happens_in_predict(layer):
    np.testing.assert_array_equal(run(layer()), X)


@pytest.mark.parametrize(
    ("layer", "loss"),
    [
        (lambda: layers.GaussianNoise(0.5), 0.25),
        (lambda: layers.GaussianDropout(0.2), 0.25),
        (lambda: layers.SpatialDropout1D(0.5), 1.0),
    ],
)
def test_training_moves_by_the_deviation(layer, loss):
    model = martlet.Sequential([layers.Input((5, 40)), layer()])
    model.compile("sgd", "mse")
    ones = np.ones((200, 5, 40))
    received = model.compute_gradients(ones, ones, training=True)["loss"]
    assert received == pytest.approx(loss, rel=0.1)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="rate"):
        layers.SpatialDropout2D(1.0)
    with pytest.raises(ValueError, match="stddev"):
        layers.GaussianNoise(-1)
    with pytest.raises(ValueError, match=r"n to be a positive"):
        layers.RepeatVector(0)
