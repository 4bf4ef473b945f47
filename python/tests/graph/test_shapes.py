"""Shapes of symbolic tensors: worked out without weights, and each of them once."""

from __future__ import annotations

import json

import pytest

import martlet
from martlet import _core, layers


def test_shapes_of_a_network_whose_weights_fit_in_no_memory():
    x = martlet.Input((1_000_000,))
    for _ in range(50):
        x = layers.Dense(1_000_000)(x)
        assert x.shape == (None, 1_000_000)


def test_asking_after_each_layer_describes_each_layer_once(monkeypatch):
    """A chain of 60 blocks; what the engine reads grows with the depth, not with its square."""
    described = []

    def describe(architecture):
        described.append(len(json.loads(architecture)["nodes"]))
        return real(architecture)

    real = _core.describe
    monkeypatch.setattr(_core, "describe", describe)
    x = martlet.Input((8,))
    for _ in range(60):
        x = layers.Dense(8, activation="relu")(x)
        x = layers.Add()([x, layers.Dense(8)(x)])
        assert x.shape == (None, 8)
    # Each block: its three nodes, and an input in place of the block before.
    assert described == [4] * 60


def test_a_tensor_of_known_shape_is_not_described_again(monkeypatch):
    x = layers.Dense(3)(martlet.Input((2,)))
    assert x.shape == (None, 3)
    monkeypatch.setattr(_core, "describe", None)
    assert x.shape == (None, 3)
    assert x.node.inputs[0].shape == (None, 2)


def test_a_layer_that_does_not_fit_is_told_with_the_names_of_those_before_it():
    inputs = martlet.Input((4,))
    one, other = layers.Dense(3, name="one")(inputs), layers.Dense(5, name="other")(inputs)
    assert (one.shape, other.shape) == ((None, 3), (None, 5))
    with pytest.raises(ValueError, match=r'Dense "one" \(batch, 3\), Dense "other" \(batch, 5\)'):
        layers.Add()([one, other]).shape  # noqa: B018


def test_shapes_after_an_input_of_several_outputs_and_a_mask():
    tokens = martlet.Input((6,))
    x = layers.Embedding(10, 4, mask_zero=True)(tokens)
    assert x.shape == (None, 6, 4)
    sequence, state = layers.GRU(5, return_sequences=True, return_state=True)(x)
    assert state.shape == (None, 5)
    assert layers.Dense(2)(state).shape == (None, 2)
    assert layers.TimeDistributed(layers.Dense(3))(sequence).shape == (None, 6, 3)
    assert layers.Bidirectional(layers.LSTM(2))(sequence).shape == (None, 4)


def test_layers_of_one_name_may_meet_before_they_are_in_a_model():
    x = martlet.Input((4,))
    for _ in range(3):
        x = layers.Dense(4)(x)
    assert layers.Dense(2)(x).shape == (None, 2)
