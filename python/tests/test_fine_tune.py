"""From a trained model to a second one that trains on, partly frozen."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, compiled, digits
from martlet import layers


@pytest.fixture
def trained():
    martlet.utils.set_random_seed(2)
    model = compiled("adam", units=32)
    model.fit(*digits(256), epochs=20, verbose=0)
    return model


def test_a_second_model_takes_the_weights_over(trained):
    second = compiled(units=32)
    second.set_weights(trained.get_weights())
    x, y = digits(64, seed=5)
    np.testing.assert_array_equal(second.predict(x), trained.predict(x))
    assert second.evaluate(x, y, verbose=0) == trained.evaluate(x, y, verbose=0)


@pytest.mark.parametrize("recompile", [True, False])
def test_frozen_weights_stay_bit_for_bit(trained, recompile):
    second = compiled("adam", units=32)
    second.set_weights(trained.get_weights())
    second.layers[1].trainable = False
    if recompile:
        second.compile("adam", "sparse_categorical_crossentropy")
    frozen = second.layers[1].get_weights()
    free = second.layers[3].get_weights()
    second.fit(*digits(128, seed=6), epochs=3, verbose=0)
    for now, before in zip(second.layers[1].weights, frozen, strict=True):
        np.testing.assert_array_equal(now, before)
    assert (second.layers[3].kernel != free[0]).any()
    assert len(second.trainable_weights) == 2
    assert second.layers[1].trainable_weights == []


def test_thawed_weights_learn_again(trained):
    trained.trainable = False
    assert trained.trainable_weights == []
    assert not trained.trainable
    trained.layers[1].trainable = True
    before = trained.layers[1].kernel.copy()
    other = trained.layers[3].kernel.copy()
    trained.fit(*digits(64, seed=7), verbose=0)
    assert (trained.layers[1].kernel != before).any()
    np.testing.assert_array_equal(trained.layers[3].kernel, other)


def test_a_new_head_on_old_layers_shares_their_weights(trained):
    base = martlet.Sequential(trained.layers[:-1])
    base.trainable = False
    model = martlet.Sequential([layers.Input(SHAPE), *trained.layers[:-1], layers.Dense(CLASSES)])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    before = trained.layers[1].kernel.copy()
    history = model.fit(*digits(256), epochs=30, verbose=0)
    assert history.history["accuracy"][-1] > 0.8
    np.testing.assert_array_equal(trained.layers[1].kernel, before)


def test_training_a_model_that_borrows_layers_changes_their_owner(trained):
    tail = martlet.Sequential([trained, layers.Rescaling(2.0)])
    before = trained.layers[1].kernel.copy()
    tail.compile("sgd", "mse")
    x = digits(32)[0]
    gradient = trained.layers[1].kernel_gradient.copy()
    tail.compute_gradients(x, np.zeros((32, CLASSES)))
    assert (trained.layers[1].kernel_gradient != gradient).any()
    tail.fit(x, np.zeros((32, CLASSES)), verbose=0)
    assert (trained.layers[1].kernel != before).any()
    np.testing.assert_allclose(tail.predict(x), 2 * trained.predict(x), rtol=1e-5)
    trained.set_weights([np.zeros_like(view) for view in trained.weights])
    np.testing.assert_allclose(tail.predict(x), 2 / CLASSES, rtol=1e-6)


def test_borrowed_layers_outlive_the_model_that_made_them():
    first = compiled()
    head = martlet.Sequential(first.layers[:2])
    x = digits(8)[0]
    expected = head.predict(x)
    del first
    gc.collect()
    np.testing.assert_array_equal(head.predict(x), expected)
