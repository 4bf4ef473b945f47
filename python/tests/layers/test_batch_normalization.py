"""BatchNormalization against NumPy in float64, in training and in inference."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import martlet
from martlet import layers

EPSILON = 1e-3


def network(shape, **config):
    """`Dense` without a bias gives its weights for a unit matrix: the inputs, with gradients."""
    source = layers.Dense(int(np.prod(shape)), use_bias=False)
    layer = layers.BatchNormalization(**config)
    model = martlet.Sequential([source, layers.Reshape(shape), layer])
    return model, source, layer


def prepared(shape, batch, **config):
    generator = np.random.default_rng(batch)
    model, source, layer = network(shape, **config)
    model.build((None, batch))
    model.compile("sgd", "mse")
    x = generator.normal(3, 2, size=(batch, *shape)).astype(np.float32)
    source.assign("kernel", x.reshape(batch, -1))
    layer.assign("gamma", generator.normal(size=shape[-1]))
    layer.assign("beta", generator.normal(size=shape[-1]))
    targets = generator.normal(size=x.shape).astype(np.float32)
    return model, source, layer, x.astype(np.float64), targets


@pytest.mark.parametrize("batch", [1, 15, 17, 33])
@pytest.mark.parametrize("shape", [(7,), (5, 4, 3), (2, 2, 17)])
def test_training_is_the_formula(shape, batch):
    model, source, layer, x, targets = prepared(shape, batch)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    normal = (x - mean) / np.sqrt(variance + EPSILON)
    y = layer.gamma * normal + layer.beta
    result = model.compute_gradients(np.eye(batch), targets, training=True)
    assert result["loss"] == pytest.approx(np.mean((y - targets) ** 2), rel=1e-5)

    dy = 2 * (y - targets) / y.size
    dgamma, dbeta = (dy * normal).sum(axis=axes), dy.sum(axis=axes)
    share = y.size / shape[-1]
    inner = dy - dbeta / share - normal * dgamma / share
    slope = layer.gamma / np.sqrt(variance + EPSILON)
    assert_near(layer.gamma_gradient, dgamma)
    assert_near(layer.beta_gradient, dbeta)
    # What is left where a batch's mean takes nearly all away has the digits of what there was.
    size = np.abs(slope * dy).max()
    assert_near(source.kernel_gradient.reshape(x.shape), slope * inner, size)
    np.testing.assert_allclose(layer.moving_mean, 0.01 * mean, rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, 0.99 + 0.01 * variance, rtol=1e-5)


def assert_near(received, expected, size=1e-2):
    bound = 2e-5 * max(np.abs(expected).max(), size)
    np.testing.assert_allclose(received, expected, rtol=0, atol=bound)


def test_prediction_uses_the_moving_averages():
    model, _, layer, x, _ = prepared((4, 3), 17)
    layer.assign("moving_mean", [1, 2, 3])
    layer.assign("moving_variance", [4, 0, 1])
    normal = (x - [1, 2, 3]) / np.sqrt(np.array([4, 0, 1]) + EPSILON)
    expected = layer.gamma * normal + layer.beta
    np.testing.assert_allclose(model.predict(np.eye(17)), expected, rtol=1e-4, atol=1e-4)


def test_large_means_cost_no_digits():
    model, source, layer, x, targets = prepared((6, 2), 33, momentum=0.0)
    source.assign("kernel", (x + 5000).reshape(33, -1))
    variance = source.kernel.reshape(x.shape).astype(np.float64).var(axis=(0, 1))
    model.compute_gradients(np.eye(33), targets, training=True)
    np.testing.assert_allclose(layer.moving_variance, variance, rtol=1e-4)


def test_frozen_means_inference():
    model, _, layer, _, targets = prepared((4, 3), 17)
    model.train_on_batch(np.eye(17), targets)
    assert (layer.moving_mean != 0).all()
    layer.trainable = False
    before = layer.get_weights()
    expected = model.evaluate(np.eye(17), targets, verbose=0)
    assert model.compute_gradients(np.eye(17), targets, training=True)["loss"] == expected
    model.train_on_batch(np.eye(17), targets)
    for now, then in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_averages_are_weights_that_are_not_trained(tmp_path):
    model, _, layer, _, targets = prepared((4, 3), 17)
    assert [view.shape for view in layer.weights] == [(3,)] * 4
    assert list(layer.gradients) == ["gamma", "beta"]
    assert len(layer.trainable_weights) == len(layer.non_trainable_weights) == 2
    model.fit(np.eye(17), targets, epochs=2, verbose=0)
    path = tmp_path / "w.safetensors"
    model.save_weights(path)
    other = martlet.models.clone_model(model)
    other.build((None, 17))
    other.load_weights(path)
    same = copy.deepcopy(model)
    for twin in (other, same):
        np.testing.assert_array_equal(twin.predict(np.eye(17)), model.predict(np.eye(17)))
        np.testing.assert_array_equal(twin.layers[-1].moving_variance, layer.moving_variance)


def test_the_summary_counts_them():
    lines = []
    prepared((4, 3), 17)[0].summary(print_fn=lines.append)
    assert "Non-trainable params: 6 " in "\n".join(lines)


def test_without_scale_and_centre():
    layer = layers.BatchNormalization(center=False, scale=False, input_shape=(3,))
    martlet.Sequential([layer]).build((None, 3))
    assert layer.gamma is None
    assert layer.beta is None
    assert [view.tolist() for view in layer.weights] == [[0, 0, 0], [1, 1, 1]]
    assert layer.trainable_weights == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"momentum": 1.5}, "momentum"),
        ({"epsilon": 0}, "epsilon"),
        ({"gamma_initializer": "one"}, "ones"),
    ],
)
def test_wrong_arguments(config, message):
    with pytest.raises(ValueError, match=message):
        layers.BatchNormalization(**config)


def test_another_axis():
    last = martlet.Sequential([layers.BatchNormalization(axis=3, input_shape=(4, 4, 2))])
    assert last.output_shape == (None, 4, 4, 2)
    with pytest.raises(ValueError, match=r'"batch_normalization": expected axis -1.*received 1'):
        martlet.Sequential([layers.BatchNormalization(axis=1, input_shape=(4, 4, 2))])
