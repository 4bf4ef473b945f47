"""Padded sequences: which steps count, from the layer that finds out to the loss."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

STEPS = 4


def sequences(count, seed=0):
    """Sequences of three numbers a step, whose steps from some point on are padding."""
    source = np.random.default_rng(seed)
    x = source.uniform(0.1, 1, size=(count, STEPS, 3)).astype(np.float32)
    lengths = source.integers(0, STEPS + 1, size=count)
    valid = np.arange(STEPS) < lengths[:, None]
    return np.where(valid[:, :, None], x, 0), valid


def masked_model():
    x = martlet.Input(shape=(STEPS, 3))
    mask = martlet.Input(shape=(STEPS,))
    model = martlet.Model([x, mask], layers.Activation("tanh")(x, mask=mask))
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def test_masking_finds_padding():
    model = martlet.Sequential([layers.Masking(input_shape=(STEPS, 3)), layers.Activation("tanh")])
    logits = martlet.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", logits, metrics=["accuracy"])
    x, valid = sequences(33)
    y = np.random.default_rng(1).integers(0, 3, size=(33, STEPS))
    loss, accuracy = model.evaluate(x, y)
    z = np.tanh(x.astype(np.float64))
    losses = np.log(np.exp(z).sum(-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    assert loss == pytest.approx(losses[valid].mean(), rel=1e-5)
    assert accuracy == pytest.approx((z.argmax(-1) == y)[valid].mean())


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32, np.float64])
def test_a_mask_may_be_given_in_the_call(dtype):
    x, valid = sequences(17)
    y = np.zeros_like(x)
    loss, error = masked_model().evaluate([x, valid.astype(dtype)], y)
    z = np.tanh(x.astype(np.float64))[valid]
    assert loss == pytest.approx((z**2).mean(), rel=1e-5)
    assert error == pytest.approx(np.abs(z).mean(), rel=1e-5)


def test_samples_have_weights_as_well():
    x, valid = sequences(17)
    weights = np.random.default_rng(3).uniform(0, 2, size=17)
    loss = masked_model().evaluate([x, valid], np.zeros_like(x), sample_weight=weights)[0]
    errors = (np.tanh(x.astype(np.float64)) ** 2).mean(-1) * valid * weights[:, None]
    assert loss == pytest.approx(errors.sum() / valid.sum(), rel=1e-5)


def test_a_mask_survives_the_configuration():
    model = masked_model()
    other = martlet.models.clone_model(model)
    other.compile("sgd", "mse")
    x, valid = sequences(17)
    y = np.zeros_like(x)
    assert other.evaluate([x, valid], y) == model.evaluate([x, valid], y)[0]


def test_masks_of_the_wrong_length_name_the_layer_and_both_shapes():
    x = martlet.Input(shape=(STEPS, 3))
    mask = martlet.Input(shape=(STEPS + 1,))
    out = layers.Activation("relu", name="act")(x, mask=mask)
    with pytest.raises(ValueError, match=r'"act".*\(batch, 4\).*\(batch, 4, 3\).*\(batch, 5\)'):
        martlet.Model([x, mask], out)


def test_arrays_are_no_masks():
    with pytest.raises(TypeError, match=r"mask.*symbolic.*ndarray"):
        layers.ReLU()(martlet.Input(shape=(STEPS, 3)), mask=np.ones((2, STEPS)))


def test_losing_a_mask_is_said():
    with pytest.warns(UserWarning, match=r'Flatten "flatten".*mask'):
        martlet.Sequential([layers.Masking(input_shape=(STEPS, 3)), layers.Flatten()]).build(
            (None, STEPS, 3)
        )
