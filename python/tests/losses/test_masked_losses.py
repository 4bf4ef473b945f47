"""Losses of sequences of which not all steps count."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers, losses

STEPS = 3


def masked(metrics=("mae",), loss="mean_absolute_error"):
    """A model that returns its input of one feature; steps of nothing but 0 are padding."""
    dense = layers.Dense(1, use_bias=False)
    model = martlet.Sequential([layers.Masking(input_shape=(STEPS, 1)), dense])
    model.compile(martlet.optimizers.SGD(1e-30), loss, metrics=list(metrics))
    dense.set_weights([[[1.0]]])
    return model


def unequal(count=512):
    """One valid step in each sample of the first half, and three in those of the second."""
    generator = np.random.default_rng(0)
    x = generator.uniform(0.5, 1.5, (count, STEPS, 1))
    x[: count // 2, 1:] = 0
    return x, generator.uniform(0.5, 1.5, (count, STEPS, 1))


def test_the_loss_of_a_masked_sequence_does_not_depend_on_the_batch_size():
    model = masked()
    x = np.ones((512, STEPS, 1))
    x[:256, 1:] = 0
    y = np.ones((512, STEPS, 1))
    y[:256] = 1.8  # 256 valid steps are wrong by 0.8, and 768 are right.
    for size in (256, 512, 300):
        loss, metric = model.evaluate(x, y, batch_size=size, verbose=0)
        assert loss == pytest.approx(0.2, rel=1e-5)
        assert metric == pytest.approx(0.2, rel=1e-5)
    for size in (1, 32, 256, 512):
        history = model.fit(x, y, batch_size=size, verbose=0, shuffle=False).history
        assert history["loss"][0] == pytest.approx(0.2, rel=1e-5)
        assert history["mae"][0] == pytest.approx(0.2, rel=1e-5)


def test_sample_weights_multiply_the_steps_and_leave_their_number():
    x, y = unequal()
    weights = np.random.default_rng(1).uniform(0, 2, len(x))
    valid = x != 0
    expected = (np.abs(x - y) * valid * weights[:, None, None]).sum() / valid.sum()
    model = masked()
    for size in (256, 512):
        loss, _ = model.evaluate(x, y, batch_size=size, sample_weight=weights, verbose=0)
        assert loss == pytest.approx(expected, rel=1e-5)
    fitted = model.fit(x, y, batch_size=20, sample_weight=weights, verbose=0).history["loss"][0]
    assert fitted == pytest.approx(expected, rel=1e-5)


def test_several_losses_are_added_after_each_was_divided_by_its_own_steps():
    inputs = martlet.Input((STEPS, 1))
    steps = layers.Dense(1, use_bias=False, name="steps")(layers.Masking()(inputs))
    whole = layers.Dense(1, use_bias=False, name="whole")(layers.Flatten()(inputs))
    model = martlet.Model(inputs, [steps, whole])
    model.compile("sgd", ["mae", "mse"], loss_weights=[2, 1])
    x, y = unequal(40)
    rows = np.random.default_rng(2).normal(size=(40, 1))
    total, first, second = model.evaluate(x, [y, rows], verbose=0)
    outputs = model.predict(x)
    valid = x != 0
    assert first == pytest.approx((np.abs(outputs[0] - y) * valid).sum() / valid.sum(), rel=1e-5)
    assert second == pytest.approx(((outputs[1] - rows) ** 2).mean(), rel=1e-5)
    assert total == pytest.approx(2 * first + second, rel=1e-6)


def test_gradients_divide_by_the_valid_steps_of_the_batch():
    x, y = unequal(6)
    model = masked(metrics=(), loss=losses.MeanSquaredError())
    model.compute_gradients(x, y)
    valid = x != 0
    expected = (2 * (x - y) * x * valid).sum() / valid.sum()
    assert model.layers[-1].kernel_gradient.item() == pytest.approx(expected, rel=1e-4)


def test_a_batch_of_padding_only_counts_nothing():
    x, y = unequal(4)
    x[:2] = 0
    model = masked()
    history = model.fit(x, y, batch_size=2, shuffle=False, verbose=0).history
    valid = x != 0
    expected = (np.abs(x - y) * valid).sum() / valid.sum()
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)
