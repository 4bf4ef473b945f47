"""NaN goes in, NaN comes out: no maximum, minimum or rectifier makes a number of it.

Inputs of a model must be finite, so the networks here make their NaN themselves, as infinity minus
infinity, wherever `flags` is 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import martlet
from martlet import layers

COUNTS = (1, 4, 17)
"""One image, a few, and a full group of 16 with one more: each has kernels of its own."""


def broken(values, flags):
    """The values, with NaN where flags are 1."""
    large = 3e38 * flags
    infinite = large * large
    return values + (infinite - infinite)


def predicted(body, shape, flags, seed=0):
    """What a network gives for random values that are NaN where `flags` says."""
    inputs = martlet.Input(shape), martlet.Input(shape)
    model = martlet.Model(inputs, body(broken(*inputs)))
    values = np.random.default_rng(seed).uniform(-2, 2, flags.shape)
    return model.predict([values, flags], verbose=0)


def one_each(count, shape, seed=3):
    """Flags that mark one number of every sample."""
    flags = np.zeros((count, *shape), np.float32)
    places = np.random.default_rng(seed).integers(0, np.prod(shape), count)
    flags.reshape(count, -1)[np.arange(count), places] = 1
    return flags


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("count", COUNTS)
def test_max_pooling_keeps_nan_wherever_it_stands_in_the_window(count, place):
    flags = np.zeros((count, 4, 6, 3), np.float32)
    flags[:, place // 2 :: 2, place % 2 :: 2] = 1
    assert np.isnan(predicted(layers.MaxPooling2D(2), (4, 6, 3), flags)).all()


POOLS = [
    (layers.MaxPooling2D(2), (5, 5, 2)),
    (layers.MaxPooling2D(3, strides=2, padding="same"), (5, 6, 2)),
    (layers.MaxPooling1D(2), (7, 3)),
    (layers.MaxPooling1D(3, strides=1), (7, 17)),
    (layers.GlobalMaxPooling1D(), (7, 3)),
    (layers.GlobalMaxPooling2D(), (3, 4, 5)),
]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("layer", "shape"), POOLS, ids=lambda item: getattr(item, "name", None))
def test_pools_give_nan_for_just_the_windows_that_have_one(layer, shape, count):
    flags = one_each(count, shape)
    expected = predicted_windows(layer, shape, flags)
    received = np.isnan(predicted(type(layer).from_config(layer.get_config()), shape, flags))
    np.testing.assert_array_equal(received, expected)


def predicted_windows(layer, shape, flags):
    """Which windows have a flag: the maximum of flags, which are finite."""
    copy = type(layer).from_config(layer.get_config())
    return martlet.Sequential([martlet.Input(shape), copy]).predict(flags, verbose=0) > 0


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", [layers.Maximum, layers.Minimum])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_rectified", [True, False])
def test_joins_keep_the_nan_of_either_input(kind, is_first, is_rectified, count):
    values, flags, clean = (martlet.Input((3,)) for _ in range(3))
    x = broken(values, flags)
    y = kind()([x, clean] if is_first else [clean, x])
    model = martlet.Model([values, flags, clean], layers.ReLU()(y) if is_rectified else y)
    marks = one_each(count, (3,))
    numbers = np.random.default_rng(1).uniform(-2, 2, (2, count, 3))
    received = model.predict([numbers[0], marks, numbers[1]], verbose=0)
    np.testing.assert_array_equal(np.isnan(received), marks > 0)


ACTIVATIONS = (
    *("linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish"),
    *("sigmoid", "hard_sigmoid", "tanh", "softsign", "softplus", "exponential"),
    *("softmax", "log_softmax"),
)
FUNCTIONS = [
    *(layers.Activation(name) for name in ACTIVATIONS),
    layers.ReLU(max_value=1.5),
    layers.ReLU(max_value=6.0, negative_slope=0.1, threshold=0.5),
    layers.LeakyReLU(0.3),
    layers.ELU(0.7),
    layers.Softmax(),
]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
def test_activations_keep_nan(number, count):
    layer = FUNCTIONS[number]
    flags = one_each(count, (5,))
    received = np.isnan(predicted(type(layer).from_config(layer.get_config()), (5,), flags))
    expected = np.ones_like(received) if "softmax" in repr(layer).lower() else flags > 0
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("activation", ["relu", "relu6", "leaky_relu"])
@pytest.mark.parametrize("channels", [1, 16])
@pytest.mark.parametrize("is_normalized", [True, False])
def test_a_convolution_with_activation_and_pool_keeps_nan(
    is_normalized, channels, activation, count
):
    """Also where prediction folds the normalisation into the convolution."""

    def body(x):
        x = layers.Conv2D(16, 3, padding="same", name="convolution")(x)
        x = layers.BatchNormalization()(x) if is_normalized else x
        return layers.MaxPooling2D(2)(layers.Activation(activation)(x))

    flags = np.zeros((count, 8, 8, channels), np.float32)
    flags[:, 3, 4] = 1
    received = np.isnan(predicted(body, (8, 8, channels), flags))
    expected = np.zeros_like(received)
    # The pixels 2..4 by 3..5 see it, which are in the windows 1..2 by 1..2.
    expected[:, 1:3, 1:3] = True
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.LSTM, layers.GRU])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_recurrent_layers_carry_nan_on(activation, kind, count):
    flags = np.zeros((count, 3, 2), np.float32)
    flags[:, 1] = 1
    layer = kind(4, activation=activation, return_sequences=True)
    received = np.isnan(predicted(layer, (3, 2), flags))
    assert not received[:, 0].any()
    assert received[:, 1:].all()


def test_terminate_on_nan_sees_what_a_pool_was_given():
    """The NaN is not the first of its window: the pool used to drop it, and the loss was finite."""
    values, flags = martlet.Input((2, 1)), martlet.Input((2, 1))
    outputs = layers.Dense(1)(layers.GlobalMaxPooling1D()(broken(values, flags)))
    model = martlet.Model([values, flags], outputs)
    model.compile("sgd", "mse")
    x = np.zeros((20, 2, 1))
    marks = np.zeros_like(x)
    marks[7, 1] = 1
    history = model.fit(
        [x, marks], np.zeros((20, 1)), epochs=3, verbose=0,
        callbacks=[martlet.callbacks.TerminateOnNaN()],
    )  # fmt: skip
    assert np.isnan(history.history["loss"][0])
    assert len(history.history["loss"]) == 1


@pytest.mark.parametrize("name", ["baseline", "avx2", "avx512"])
def test_all_instruction_sets_keep_nan(name):
    """The tests above, in a process of their own for each."""
    environment = {**os.environ, "MARTLET_ISA": name, "PYTHONPATH": os.pathsep.join(sys.path)}
    used = "import martlet; print(martlet.info()['instruction_set'])"
    done = subprocess.run(
        [sys.executable, "-c", used], env=environment, capture_output=True, text=True, check=True
    )
    if done.stdout.strip() != name:
        pytest.skip(f"this processor has no {name}")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(Path(__file__)), "-k", "not instruction_sets"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
