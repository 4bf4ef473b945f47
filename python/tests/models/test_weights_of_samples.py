"""Weights by output and time step, weighted metrics, and models without a loss."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers, metrics

RNG = np.random.default_rng(8)
X = RNG.normal(size=(14, 5, 3)).astype(np.float32)
Y = RNG.integers(0, 4, (14, 5))
STEPS = RNG.uniform(0, 2, (14, 5)).astype(np.float32)
ONES = np.ones(14)


def sequence(loss="sparse_categorical_crossentropy", **options):
    martlet.utils.set_random_seed(1)
    model = martlet.Sequential(
        [layers.TimeDistributed(layers.Dense(4, "softmax"), input_shape=(5, 3))]
    )
    model.compile("sgd", loss, **options)
    return model


def test_time_steps_have_weights():
    model = sequence()
    p = model.predict(X, verbose=0)
    each = -np.log(np.take_along_axis(p, Y[..., None], axis=-1))[..., 0]
    found = model.evaluate(X, Y, sample_weight=STEPS, verbose=0)
    assert found == pytest.approx((each * STEPS).mean(), rel=1e-5)
    model.compute_gradients(X, Y, sample_weight=STEPS)
    by_steps = [array.copy() for array in model.layers[0].layer.gradients.values()]
    dead = np.where(np.arange(5) < 2, 1.0, 0.0) * np.ones((14, 1))
    model.compute_gradients(X, Y, sample_weight=dead)
    wild = Y.copy()
    wild[:, 2:] = 3
    first = [array.copy() for array in model.layers[0].layer.gradients.values()]
    model.compute_gradients(X, wild, sample_weight=dead)
    for a, b, c in zip(first, model.layers[0].layer.gradients.values(), by_steps, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.allclose(a, c)


@pytest.mark.parametrize("weights", [np.ones((14, 4)), np.ones((14, 5, 1)), np.ones(13)])
def test_other_numbers_of_weights_are_refused(weights):
    with pytest.raises(ValueError, match="14 samples, or for each of their 5 time steps"):
        sequence().fit(X, Y, sample_weight=weights, verbose=0)


def test_weighted_metrics_count_by_weights():
    weights = RNG.uniform(0, 2, 14)
    model = sequence(
        metrics=["accuracy"], weighted_metrics=["accuracy", metrics.F1Score("micro", name="f1")]
    )
    right = model.predict(X, verbose=0).argmax(axis=-1) == Y
    found = model.evaluate(X, Y, sample_weight=weights, verbose=0, return_dict=True)
    assert found["accuracy"] == pytest.approx(right.mean())
    weighted = (right * weights[:, None]).sum() / (weights.sum() * 5)
    assert found["weighted_accuracy"] == pytest.approx(weighted, rel=1e-6)
    assert found["f1"] == pytest.approx(weighted, rel=1e-6)
    again = sequence()
    again.compile_from_config(model.get_compile_config())
    assert again.metrics_names == model.metrics_names


def test_a_model_without_a_loss_is_looked_at_and_not_trained():
    model = sequence(loss=None, metrics=["accuracy", metrics.SparseCategoricalCrossentropy()])
    told = sequence(metrics=["accuracy"])
    loss, accuracy = told.evaluate(X, Y, verbose=0)
    found = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert found["loss"] == 0
    assert found["accuracy"] == accuracy
    assert found["sparse_categorical_crossentropy"] == pytest.approx(loss, rel=1e-6)
    before = model.get_weights()[0].copy()
    for train in (model.fit, model.train_on_batch):
        with pytest.raises(RuntimeError, match="compiled without a loss"):
            train(X, Y)
    np.testing.assert_array_equal(model.get_weights()[0], before)
    with pytest.raises(ValueError, match=r"integer labels 0 \.\.\. 3"):
        model.evaluate(X, Y + 1, verbose=0)


def test_outputs_have_weights_of_their_own():
    x = layers.Input((3,))
    outputs = [layers.Dense(2, name="a")(x), layers.Dense(2, name="b")(x)]
    model = martlet.Model(x, outputs)
    model.compile("sgd", "mse")
    data, y = X[:, 0], [X[:, 1, :2], X[:, 2, :2]]
    weights = [RNG.uniform(0, 2, 14), ONES]
    p = model.predict(data, verbose=0)
    expected = [(((p[i] - y[i]) ** 2).mean(axis=1) * weights[i]).mean() for i in range(2)]
    for given in (weights, dict(zip("ab", weights, strict=True))):
        found = model.evaluate(data, y, sample_weight=given, verbose=0, return_dict=True)
        assert found["a_loss"] == pytest.approx(expected[0], rel=1e-5)
        assert found["b_loss"] == pytest.approx(expected[1], rel=1e-5)
    with pytest.raises(ValueError, match="outputs a, b"):
        model.fit(data, y, sample_weight={"a": ONES}, verbose=0)
    with pytest.raises(ValueError, match=r"sample_weight\[1\]: expected weights of at least 0"):
        model.fit(data, y, sample_weight=[ONES, -ONES], verbose=0)
