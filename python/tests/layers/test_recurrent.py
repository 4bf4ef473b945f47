"""SimpleRNN, LSTM and GRU against their formulas and against PyTorch."""

from __future__ import annotations

import json

import numpy as np
import pytest

import martlet
from martlet import layers
from twins import recurrent

KINDS = {
    "simple": (layers.SimpleRNN, {}),
    "lstm": (layers.LSTM, {}),
    "gru": (layers.GRU, {}),
    "gru before": (layers.GRU, {"reset_after": False}),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def make(kind, units, **config):
    cls, fixed = KINDS[kind]
    return cls(units, **fixed, **config)


def randomize(layer, seed=0):
    """Weights that neither lose a state nor let rounding grow from step to step."""
    source = np.random.default_rng(seed)
    layer.set_weights(
        [source.normal(size=w.shape) * 0.5 / np.sqrt(w.shape[0]) for w in layer.get_weights()]
    )


def sequences(count, steps, features, seed=1):
    return np.random.default_rng(seed).normal(size=(count, steps, features)).astype(np.float32)


@EVERY_KIND
@pytest.mark.parametrize("units", [1, 3, 17, 48])
@pytest.mark.parametrize("go_backwards", [False, True])
def test_agrees_with_the_formula(kind, units, go_backwards):
    for steps, count in ((1, 1), (5, 3), (9, 16), (4, 70)):
        x = sequences(count, steps, 5)
        for return_sequences in (False, True):
            layer = make(kind, units, go_backwards=go_backwards, return_sequences=return_sequences)
            model = martlet.Sequential([layers.Input((steps, 5)), layer])
            model.build((None, steps, 5))
            randomize(layer)
            expected, _ = recurrent.run(layer, x)
            np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=3e-6)


@EVERY_KIND
def test_other_activations(kind):
    x = sequences(20, 4, 3)
    for config in (
        {"activation": "relu"},
        {"activation": None, "use_bias": False},
        {"activation": "sigmoid", "recurrent_activation": "tanh"},
        {"recurrent_activation": "linear"},
    ):
        if kind == "simple":
            config.pop("recurrent_activation", None)
        layer = make(kind, 6, **config)
        model = martlet.Sequential([layers.Input((4, 3)), layer])
        model.build((None, 4, 3))
        randomize(layer)
        expected, _ = recurrent.run(layer, x)
        received = model.predict(x, verbose=0)
        np.testing.assert_allclose(received, expected, rtol=1e-5, atol=3e-6)


@EVERY_KIND
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("samples", [3, 20])
def test_states_come_in_and_go_out(kind, return_sequences, samples):
    x = sequences(samples, 4, 3)
    layer = make(kind, 5, return_sequences=return_sequences, return_state=True)
    count = 2 if kind == "lstm" else 1
    source = np.random.default_rng(3)
    states = [source.normal(size=(samples, 5)).astype(np.float32) for _ in range(count)]
    inputs = martlet.Input((4, 3))
    starts = [martlet.Input((5,)) for _ in states]
    outputs = layer(inputs, initial_state=starts)
    model = martlet.Model([inputs, *starts], list(outputs))
    assert model.count_params() > 0
    randomize(layer)
    received = model.predict([x, *states], verbose=0)
    expected, last = recurrent.run(layer, x, states)
    for array, twin in zip(received, [expected, *last], strict=True):
        np.testing.assert_allclose(array, twin, atol=3e-6)


def test_an_encoder_hands_its_state_to_a_decoder():
    """Gradients reach the encoder through the states alone."""
    given, wanted = martlet.Input((6, 3)), martlet.Input((4, 2))
    _, h, c = layers.LSTM(5, return_state=True, name="encoder")(given)
    y = layers.LSTM(5, return_sequences=True, name="decoder")(wanted, initial_state=[h, c])
    model = martlet.Model([given, wanted], layers.Dense(1)(layers.Flatten()(y)))
    model.compile(martlet.optimizers.Adam(0.02), "mse")
    x = [sequences(40, 6, 3), sequences(40, 4, 2, seed=2)]
    targets = x[0].mean(axis=(1, 2))[:, None]
    model.compute_gradients(x, targets)
    encoder = model.get_layer("encoder")
    assert all(np.abs(view).max() > 0 for view in encoder.gradients.values())
    clone = martlet.models.clone_model(model)
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone.predict(x, verbose=0), model.predict(x, verbose=0))
    history = model.fit(x, targets, epochs=15, batch_size=8, verbose=0).history
    assert history["loss"][-1] < 0.5 * history["loss"][0]


@EVERY_KIND
def test_configuration_survives_json(kind):
    layer = make(
        kind,
        4,
        activation="relu",
        use_bias=False,
        recurrent_initializer=martlet.initializers.Orthogonal(gain=2.0, seed=5),
        dropout=0.25,
        recurrent_dropout=0.5,
        return_sequences=True,
        return_state=True,
        go_backwards=True,
        seed=3,
    )
    config = json.loads(json.dumps(layer.get_config()))
    assert type(layer).from_config(config).get_config() == layer.get_config()


@EVERY_KIND
def test_weights_start_as_in_keras(kind):
    layer = make(kind, 4)
    martlet.Sequential([layers.Input((2, 3)), layer]).build((None, 2, 3))
    gates = {"simple": 1, "lstm": 4}.get(kind, 3)
    shapes = [(3, 4 * gates), (4, 4 * gates)]
    shapes.append((2, 12) if kind == "gru" else (4 * gates,))
    assert [w.shape for w in layer.get_weights()] == shapes
    kernel, recurrent_kernel, bias = layer.get_weights()
    assert np.abs(kernel).max() <= np.sqrt(6 / (3 + 4 * gates))
    np.testing.assert_allclose(recurrent_kernel @ recurrent_kernel.T, np.eye(4), atol=1e-6)
    expected = np.zeros(bias.shape)
    if kind == "lstm":
        expected[4:8] = 1
    np.testing.assert_array_equal(bias, expected)


def test_the_forget_gate_may_start_like_the_others():
    layer = layers.LSTM(3, unit_forget_bias=False, bias_initializer="ones")
    martlet.Sequential([layers.Input((2, 3)), layer]).build((None, 2, 3))
    np.testing.assert_array_equal(layer.bias, np.ones(12))


@EVERY_KIND
def test_dropout_acts_while_training_alone(kind):
    x, y = sequences(64, 5, 8), np.zeros((64, 6), np.float32)
    for config in ({"dropout": 0.5}, {"recurrent_dropout": 0.5}):
        layer = make(kind, 6, **config)
        model = martlet.Sequential([layers.Input((5, 8)), layer])
        model.compile("sgd", "mse")
        plain = make(kind, 6)
        other = martlet.Sequential([layers.Input((5, 8)), plain])
        other.compile("sgd", "mse")
        other.set_weights(model.get_weights())
        np.testing.assert_array_equal(model.predict(x, verbose=0), other.predict(x, verbose=0))
        np.testing.assert_allclose(model.evaluate(x, y, verbose=0), other.evaluate(x, y, verbose=0))
        losses = {model.compute_gradients(x, y)["loss"] for _ in range(3)}
        assert len(losses) == 3


@EVERY_KIND
def test_sends_arguments_that_do_not_fit_back(kind):
    cls = KINDS[kind][0]
    for config in (
        {"units": 0},
        {"units": 3, "dropout": 1.0},
        {"units": 3, "recurrent_dropout": -0.1},
        {"units": 3, "stateful": True},
        {"units": 3, "unroll": True},
        {"units": 3, "activation": "tan"},
    ):
        message = "tanh" if "activation" in config else cls.__name__
        with pytest.raises(ValueError, match=message):
            cls(**config)


@EVERY_KIND
def test_names_the_layer_whose_input_does_not_fit(kind):
    layer = make(kind, 4, name="reader")
    with pytest.raises(ValueError, match=r'"reader".*\(batch, steps, features\).*Reshape'):
        martlet.Sequential([layers.Input((5,)), layer]).build((None, 5))
    with pytest.raises(ValueError, match=r'"reader".*initial_state'):
        layer(martlet.Input((5, 3)), initial_state=[martlet.Input((4,))] * 3)
    bad = [layers.Input((5, 3)), make(kind, 4, activation="softmax", name="reader")]
    with pytest.raises(ValueError, match=r'"reader".*softmax'):
        martlet.Sequential(bad)


def masked(kind, steps=5, starts=0, **config):
    """A layer after Masking, with its model."""
    layer = make(kind, 4, **config)
    inputs = martlet.Input((steps, 3))
    states = [martlet.Input((4,)) for _ in range(starts)]
    y = layer(layers.Masking()(inputs), initial_state=states or None)
    outputs = list(y) if isinstance(y, tuple) else y
    model = martlet.Model([inputs, *states] if states else inputs, outputs)
    assert model.count_params() > 0
    randomize(layer)
    return layer, model


def padded(count, steps):
    """Sequences with steps of zeros, also at the front and in the middle, and which steps count."""
    x = sequences(count, steps, 3)
    counts = np.random.default_rng(5).random((count, steps)) < 0.6
    counts[0] = False
    x[~counts] = 0
    return x, counts


@EVERY_KIND
@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_a_masked_step_keeps_state_and_output(kind, go_backwards, return_sequences):
    x, counts = padded(20, 5)
    config = {"go_backwards": go_backwards, "return_sequences": return_sequences}
    layer, model = masked(kind, return_state=True, **config)
    expected, states = recurrent.run(layer, x, mask=counts)
    for array, twin in zip(model.predict(x, verbose=0), [expected, *states], strict=True):
        np.testing.assert_allclose(array, twin, atol=3e-6)
    starts = [sequences(20, 1, 4, seed=seed)[:, 0] for seed in range(layer.states)]
    layer, model = masked(kind, starts=len(starts), return_state=True, **config)
    expected, states = recurrent.run(layer, x, starts, mask=counts)
    received = model.predict([x, *starts], verbose=0)
    for array, twin in zip(received, [expected, *states], strict=True):
        np.testing.assert_allclose(array, twin, atol=3e-6)


@EVERY_KIND
def test_the_output_of_a_masked_step_may_be_zero(kind):
    x, counts = padded(20, 5)
    layer, model = masked(kind, return_sequences=True, zero_output_for_mask=True)
    expected, _ = recurrent.run(layer, x, mask=counts)
    expected *= counts[..., None]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=3e-6)


@EVERY_KIND
def test_masked_steps_have_no_part_in_gradients(kind):
    """Padding at the end gives the gradients of the shorter sequences, on several threads too."""
    x = np.concatenate([sequences(40, 4, 3), np.zeros((40, 3, 3), np.float32)], axis=1)
    y = np.ones((40, 4), np.float32)
    layer, model = masked(kind, steps=7)
    model.compile("sgd", "mse")
    model.compute_gradients(x, y)
    received = {name: view.copy() for name, view in layer.gradients.items()}
    short = make(kind, 4)
    other = martlet.Sequential([layers.Input((4, 3)), short])
    other.compile("sgd", "mse")
    short.set_weights(layer.get_weights())
    other.compute_gradients(x[:, :4], y)
    for name, view in short.gradients.items():
        np.testing.assert_allclose(received[name], view, atol=1e-6, err_msg=name)
