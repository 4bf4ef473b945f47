"""Metrics and losses that are called with arrays."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import losses, metrics

RNG = np.random.default_rng(4)
P = RNG.dirichlet(np.ones(3), 20)
Y = RNG.integers(0, 3, 20)


def test_a_metric_adds_up_what_it_is_given():
    metric = metrics.CategoricalAccuracy()
    right = P.argmax(axis=1) == Y
    assert metric(Y[:5], P[:5]) == pytest.approx(right[:5].mean())
    assert metric(Y[5:], P[5:]) == pytest.approx(right.mean())
    assert metric.result() == pytest.approx(right.mean())
    metric.reset_state()
    assert metric.result() == 0
    assert metric(np.eye(3)[Y], P) == pytest.approx(right.mean())


def test_weights_count_in_a_metric():
    weights = RNG.uniform(0, 2, 20)
    right = P.argmax(axis=1) == Y
    found = metrics.SparseCategoricalAccuracy()(Y, P, sample_weight=weights)
    assert found == pytest.approx((right * weights).sum() / weights.sum(), rel=1e-6)


def test_forms_of_a_confusion_matrix():
    matrix = metrics.ConfusionMatrix()(Y, P)
    expected = np.zeros((3, 3), int)
    np.add.at(expected, (Y, P.argmax(axis=1)), 1)
    np.testing.assert_array_equal(matrix, expected)
    assert matrix.dtype == np.int64


def test_yes_and_no_and_several_labels():
    assert metrics.Precision()([0, 1, 1, 0], [0.9, 0.8, 0.1, 0.2]) == 0.5
    many = metrics.Recall(average=None)([[1, 1], [1, 0]], [[0.9, 0.1], [0.2, 0.9]])
    np.testing.assert_array_equal(many, [0.5, 0])


def test_what_does_not_fit_is_refused_and_not_remembered():
    metric = metrics.MeanSquaredError()
    with pytest.raises(ValueError, match="Nothing is broadcast"):
        metric.update_state([[1.0, 2.0]], [[1.0, 2.0, 3.0]])
    with pytest.raises(TypeError, match="y_pred: expected numbers"):
        metric.update_state([1.0], ["a"])
    with pytest.raises(ValueError, match="finite"):
        metric.update_state([1.0], [np.nan])
    metric.update_state([1.0], [3.0])
    with pytest.raises(ValueError, match="reset_state"):
        metric.update_state([[1.0, 2.0]], [[1.0, 2.0]])
    assert metric.result() == 4


@pytest.mark.parametrize("name", ["mean_squared_error", "huber", "log_cosh", "hinge"])
def test_a_loss_is_the_mean_of_its_function(name):
    t, y = RNG.integers(0, 2, (7, 3)), RNG.normal(size=(7, 3))
    loss = losses.get(name)
    each = getattr(losses, name)(t, y)
    assert each.shape == (7,)
    assert loss(t, y) == pytest.approx(each.mean())
    weights = np.arange(7)
    assert loss(t, y, sample_weight=weights) == pytest.approx((each * weights).mean())


def test_reductions():
    t, y = RNG.normal(size=(2, 6, 3))
    each = ((t - y) ** 2).mean(axis=-1)
    weights = np.arange(6.0)
    made = {how: losses.MeanSquaredError(reduction=how) for how in ("sum", "none", None)}
    assert made["sum"](t, y) == pytest.approx(each.sum())
    np.testing.assert_allclose(made["none"](t, y), each)
    np.testing.assert_allclose(made[None](t, y, weights), each * weights)
    mean = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    assert mean(t, y, weights) == pytest.approx((each * weights).sum() / weights.sum())
    with pytest.raises(ValueError, match="a number for each sample"):
        martlet.Sequential([martlet.layers.Dense(3, input_shape=(3,))]).compile("sgd", made["none"])


@pytest.mark.parametrize("reduction", ["sum", "mean_with_sample_weight", "sum_over_batch_size"])
def test_the_engine_reduces_alike(reduction):
    x, y = RNG.normal(size=(2, 12, 3)).astype(np.float32)
    weights = RNG.uniform(0, 2, 12).astype(np.float32)
    loss = losses.Huber(0.5, reduction=reduction)
    model = martlet.Sequential([martlet.layers.Dense(3, input_shape=(3,))])
    model.compile("sgd", loss)
    found = model.test_on_batch(x, y, sample_weight=weights)
    assert found == pytest.approx(float(loss(y, model.predict(x, verbose=0), weights)), rel=1e-5)


@pytest.mark.parametrize("loss", [losses.huber, losses.mean_squared_error])
def test_functions_stand_for_their_classes(loss):
    model = martlet.Sequential([martlet.layers.Dense(3, input_shape=(3,))])
    model.compile("sgd", loss, metrics=[losses.mean_absolute_error])
    x, y = RNG.normal(size=(2, 12, 3)).astype(np.float32)
    found = model.evaluate(x, y, verbose=0, return_dict=True)
    p = model.predict(x, verbose=0)
    assert found["loss"] == pytest.approx(loss(y, p).mean(), rel=1e-5)
    assert found["mean_absolute_error"] == pytest.approx(np.abs(y - p).mean(), rel=1e-5)
