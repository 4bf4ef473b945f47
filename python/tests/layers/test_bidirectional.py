"""Bidirectional against the two layers that it is made of."""

from __future__ import annotations

import json

import numpy as np
import pytest

import martlet
from martlet import layers
from twins import recurrent

MODES = ("concat", "sum", "mul", "ave", None)


def sequences(count, steps, features, seed=1):
    return np.random.default_rng(seed).normal(size=(count, steps, features)).astype(np.float32)


def outputs(result):
    return list(result) if isinstance(result, tuple) else [result]


def built(layer, steps=4, features=3, starts=()):
    inputs = martlet.Input((steps, features))
    states = [martlet.Input((units,)) for units in starts]
    model = martlet.Model([inputs, *states], outputs(layer(inputs, initial_state=states or None)))
    source = np.random.default_rng(0)
    model.set_weights([source.normal(size=w.shape) * 0.3 for w in model.get_weights()])
    return model


def predicted(model, x):
    result = model.predict(x if len(x) > 1 else x[0], verbose=0)
    return result if isinstance(result, (list, tuple)) else [result]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.LSTM, layers.GRU])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("return_state", [False, True])
def test_joins_both_ways(mode, kind, return_sequences, return_state):
    pattern = kind(5, return_sequences=return_sequences, return_state=return_state)
    layer = layers.Bidirectional(pattern, merge_mode=mode)
    model = built(layer)
    for count in (3, 20):
        x = sequences(count, 4, 3)
        expected = recurrent.both(layer, x)
        if not return_state:
            expected = expected[: 2 if mode is None else 1]
        for array, twin in zip(predicted(model, [x]), expected, strict=True):
            np.testing.assert_allclose(array, twin, atol=3e-6)


def test_initial_states_are_those_of_both_layers():
    layer = layers.Bidirectional(
        layers.LSTM(4, return_state=True),
        backward_layer=layers.GRU(4, return_state=True, go_backwards=True),
    )
    model = built(layer, starts=(4, 4, 4))
    x, states = sequences(20, 4, 3), [sequences(20, 1, 4, seed=s)[:, 0] for s in (5, 6, 7)]
    y, first = recurrent.run(layer.forward_layer, x, states[:2])
    z, second = recurrent.run(layer.backward_layer, x, states[2:])
    expected = [np.concatenate([y, z], axis=-1), *first, *second]
    for array, twin in zip(predicted(model, [x, *states]), expected, strict=True):
        np.testing.assert_allclose(array, twin, atol=3e-6)


@pytest.mark.parametrize("mode", MODES[:4])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_gradients_are_slopes(mode, return_sequences):
    """Along a random direction in all weights at once, those in front included."""
    pattern = layers.LSTM(3, return_sequences=return_sequences)
    model = martlet.Sequential(
        [
            layers.Input((4, 2)),
            layers.GRU(2, return_sequences=True),
            layers.Bidirectional(pattern, merge_mode=mode),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    x, y = sequences(20, 4, 2), np.ones((20, 1), np.float32)
    model.compute_gradients(x, y)
    gradients = [view.copy() for layer in model.layers for view in layer.gradients.values()]
    source, start = np.random.default_rng(3), model.get_weights()
    directions = [source.normal(size=w.shape) for w in start]
    losses = []
    for step in (1e-2, -1e-2):
        model.set_weights([w + step * d for w, d in zip(start, directions, strict=True)])
        losses.append(model.evaluate(x, y, verbose=0))
    slope = (losses[0] - losses[1]) / 2e-2
    expected = sum((g * d).sum() for g, d in zip(gradients, directions, strict=True))
    assert slope == pytest.approx(expected, rel=2e-2, abs=2e-3)


def test_configuration_and_weights_survive():
    layer = layers.Bidirectional(
        layers.GRU(3, return_sequences=True, dropout=0.1, reset_after=False), merge_mode="ave"
    )
    model = martlet.Sequential([layers.Input((4, 2)), layer, layers.Flatten(), layers.Dense(1)])
    config = json.loads(json.dumps(layer.get_config()))
    assert layers.Bidirectional.from_config(config).get_config() == layer.get_config()
    assert config["layer"]["class_name"] == "GRU"
    assert config["layer"]["config"]["name"] == "forward_gru"
    assert config["backward_layer"]["config"]["name"] == "backward_gru"
    clone = martlet.models.clone_model(model)
    clone.set_weights(model.get_weights())
    x = sequences(5, 4, 2)
    np.testing.assert_array_equal(clone.predict(x, verbose=0), model.predict(x, verbose=0))


def test_wrapping_twice_gives_weights_of_their_own():
    pattern = layers.LSTM(3)
    first, second = layers.Bidirectional(pattern), layers.Bidirectional(pattern)
    x = martlet.Input((4, 2))
    model = martlet.Model(x, [first(x), second(x)])
    assert model.count_params() == first.count_params() + second.count_params()
    assert not np.array_equal(first.get_weights()[0], second.get_weights()[0])
    assert not np.array_equal(first.forward_layer.kernel, first.backward_layer.kernel)
    assert np.shares_memory(first.forward_layer.kernel, first.weights[0])
    assert list(first.built_weights.shapes)[3] == "backward_kernel"


def test_refuses_layers_that_are_no_pair():
    with pytest.raises(TypeError, match="Dense"):
        layers.Bidirectional(layers.Dense(3))
    with pytest.raises(ValueError, match="go_backwards"):
        layers.Bidirectional(layers.LSTM(3), backward_layer=layers.LSTM(3))
    with pytest.raises(ValueError, match="return_sequences"):
        layers.Bidirectional(
            layers.LSTM(3), backward_layer=layers.LSTM(3, go_backwards=True, return_sequences=True)
        )
    with pytest.raises(ValueError, match="merge_mode"):
        layers.Bidirectional(layers.LSTM(3), merge_mode="max")
