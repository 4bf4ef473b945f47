"""Layers that several models share: one set of weights, live for all of them, never copied."""

from __future__ import annotations

import gc
from itertools import pairwise

import numpy as np
import pytest

import martlet
from api_support import CLASSES, compiled, digits
from martlet import layers
from martlet.callbacks import LambdaCallback

X, Y = digits(64)


def tail_of(model, *more, optimizer="sgd"):
    """A model of all layers of another, and more."""
    tail = martlet.Sequential([model, *more])
    tail.compile(optimizer, "mse")
    return tail


def targets(count=64):
    return np.zeros((count, CLASSES), np.float32)


def test_a_view_is_live_while_another_model_trains():
    owner = compiled()
    view = owner.layers[1].kernel
    tail = tail_of(owner, layers.Rescaling(2.0))
    seen = [view.copy()]
    callback = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(view.copy()))
    tail.fit(X, targets(), batch_size=16, verbose=0, callbacks=[callback])
    assert len(seen) == 5
    assert all((now != before).any() for before, now in pairwise(seen))


def test_both_models_have_the_same_memory():
    owner = compiled()
    views = owner.weights
    tail = tail_of(owner, layers.Dense(3))
    for mine, theirs in zip(views, tail.weights, strict=False):
        assert np.shares_memory(mine, theirs)
    # What the second model makes itself is its head alone.
    assert tail.built_model._core.view(0, 0, (32,), False).size == 32
    with pytest.raises(ValueError, match="inside 32 floats"):
        tail.built_model._core.view(0, 0, (33,), False)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_training_shared_weights_gives_the_bits_of_training_ones_own(optimizer):
    owner, alone = compiled(), compiled()
    alone.set_weights(owner.get_weights())
    twins = [tail_of(model, layers.Rescaling(2.0), optimizer=optimizer) for model in (owner, alone)]
    twins[1] = martlet.models.clone_model(twins[1])
    twins[1].compile(optimizer, "mse")
    twins[1].set_weights(alone.get_weights())
    histories = [
        twin.fit(X, targets(), 24, epochs=3, shuffle=False, verbose=0).history for twin in twins
    ]
    assert histories[0] == histories[1]
    for one, other in zip(owner.get_weights(), twins[1].get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert any((a != b).any() for a, b in zip(alone.weights, owner.weights, strict=True))


def test_views_and_models_outlive_the_model_that_made_the_weights():
    owner = compiled()
    view = owner.layers[1].kernel
    tail = tail_of(owner, layers.Rescaling(2.0))
    inner = owner.layers[1]
    del owner
    gc.collect()
    before = view.copy()
    tail.fit(X, targets(), verbose=0)
    assert (view != before).any()
    np.testing.assert_array_equal(view, inner.kernel)
    del tail
    gc.collect()
    assert np.isfinite(view).all()


def test_each_model_applies_its_own_gradients():
    owner, alone = compiled("sgd"), compiled("sgd")
    alone.set_weights(owner.get_weights())
    tail = tail_of(owner, layers.Rescaling(2.0))
    for model in (owner, alone):
        model.compute_gradients(X, Y)
    mine = owner.layers[1].gradients["kernel"].copy()
    tail.compute_gradients(X, targets())
    assert (owner.layers[1].gradients["kernel"] != mine).any(), "shows those computed last"
    np.testing.assert_array_equal(owner.layers[1].kernel_gradient, tail_gradient(tail))
    for model in (owner, alone):
        model.apply_gradients()
    for one, other in zip(owner.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    owner.compute_gradients(X, Y)
    assert (owner.layers[1].kernel_gradient != tail_gradient(tail)).any()


def tail_gradient(tail):
    """The gradient of the first kernel in the memory of a model that shares it."""
    index = next(
        place
        for place, entry in enumerate(tail.built_model.description["layers"])
        if entry["parameters"]
    )
    shape = tuple(tail.built_model.description["layers"][index]["parameters"][0]["shape"])
    return tail.built_model._core.parameter(1, index, 0, shape, False)


def test_gradients_of_a_model_that_is_gone_are_kept():
    owner = compiled()
    tail = tail_of(owner, layers.Rescaling(2.0))
    tail.compute_gradients(X, targets())
    shown = owner.layers[1].gradients["kernel"]
    kept = shown.copy()
    del tail
    gc.collect()
    np.testing.assert_array_equal(owner.layers[1].gradients["kernel"], kept)
    assert kept.any()


def test_a_stack_that_grows_keeps_weights_and_views():
    model = martlet.Sequential([layers.Dense(4, input_shape=(3,))])
    view = model.layers[0].kernel
    model.add(layers.Dense(2))
    model.compile("sgd", "mse")
    before = view.copy()
    model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)
    assert (view != before).any()
    np.testing.assert_array_equal(view, model.layers[0].kernel)


def test_a_stack_of_another_input_shape_starts_anew():
    layer = layers.Dense(4)
    model = martlet.Sequential([layers.Input((3,)), layer])
    model.build((None, 3))
    del model
    gc.collect()
    wider = martlet.Sequential([layers.Input((5,)), layer])
    assert wider.layers[0].kernel.shape == (5, 4)


def test_a_layer_within_bidirectional_may_be_used_by_itself():
    both = layers.Bidirectional(layers.LSTM(3, return_sequences=True), input_shape=(4, 2))
    model = martlet.Sequential([both])
    model.build((None, 4, 2))
    x = np.random.default_rng(0).normal(size=(5, 4, 2)).astype(np.float32)
    for layer, place in ((both.forward_layer, slice(0, 3)), (both.backward_layer, slice(3, 6))):
        inputs = martlet.Input((4, 2))
        alone = martlet.Model(inputs, layer(inputs))
        expected = model.predict(x, verbose=0)[..., place]
        outputs = alone.predict(x, verbose=0)
        if layer.go_backwards:
            outputs = outputs[:, ::-1]
        np.testing.assert_array_equal(outputs, expected)
        assert np.shares_memory(alone.layers[1].kernel, layer.kernel)


def test_a_shared_layer_of_another_shape_is_refused():
    owner = martlet.Sequential([layers.Dense(4, input_shape=(3,), name="body")])
    owner.build((None, 3))
    with pytest.raises(
        ValueError,
        match=r'Dense "body" is shared with another model, where its kernel has shape \(3, 4\); '
        r"here it would need \(5, 4\)",
    ):
        martlet.Sequential([layers.Input((5,)), owner.layers[0]])


def test_copies_of_models_that_share_share_nothing():
    owner = compiled()
    tail = tail_of(owner, layers.Rescaling(2.0))
    twin = martlet.models.clone_model(tail)
    twin.set_weights(tail.get_weights())
    before = owner.get_weights()
    twin.compile("sgd", "mse")
    twin.fit(X, targets(), verbose=0)
    for one, other in zip(before, owner.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_callback_may_use_a_model_that_shares_the_weights():
    """It reads the weights of the batch just done, and may train them on."""
    owner = compiled()
    tail = tail_of(owner, layers.Rescaling(2.0))
    differences = []

    def after(batch, logs):
        differences.append(np.abs(tail.predict(X, verbose=0) - 2 * owner.predict(X, verbose=0)))
        tail.train_on_batch(X, targets())

    owner.fit(X, Y, 16, verbose=0, callbacks=[LambdaCallback(on_train_batch_end=after)])
    assert len(differences) == 4
    assert np.max(differences) < 1e-6
