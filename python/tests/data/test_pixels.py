"""Pixels on a wrong scale are told of once, with what to do; other numbers never."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import martlet
from martlet import layers
from martlet.data.pixels import scale_of

GENERATOR = np.random.default_rng(5)


def pictures(count=40, shape=(12, 12)):
    """Grey levels as of handwriting: mostly paper, some ink, edges between."""
    ink = GENERATOR.random((count, *shape)) < 0.25
    return (ink * GENERATOR.integers(1, 256, (count, *shape))).astype(np.uint8)


RAW = pictures()
LABELS = GENERATOR.integers(0, 3, len(RAW))
SCALED = RAW / np.float32(255)


def stack(*first, shape=(12, 12)):
    model = martlet.Sequential([layers.Input(shape), *first, layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def mlp(*front):
    return stack(*front, layers.Flatten(), layers.Dense(8, activation="relu"), layers.Dropout(0.2))


def cnn(*front, **kwargs):
    inner = [layers.Conv2D(4, 3, activation="relu", **kwargs), layers.Flatten()]
    return stack(*front, *inner, shape=(12, 12, 1))


def told(model, x):
    """The warnings of a `fit`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(x, LABELS, epochs=2, verbose=0)
    return [str(item.message) for item in caught]


@pytest.mark.parametrize("make", [mlp, cnn])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_raw_pixels_are_told_of_with_the_fix(make, dtype):
    model = make()
    (message,) = told(model, RAW.astype(dtype))
    assert "integers from 0 to 255" in message
    assert "pass x / 255, or begin the model with layers.Rescaling(1 / 255)" in message
    assert f"{model.layers[0 if make is cnn else 1].title} takes them as they are" in message


@pytest.mark.parametrize("make", [mlp, cnn])
def test_the_fixes_are_not_told_of(make):
    assert told(make(), SCALED) == []
    assert told(make(layers.Rescaling(1 / 255)), RAW) == []
    assert told(make(layers.Rescaling(1 / 127.5, offset=-1)), RAW) == []


def test_flat_pixels_and_sequences_of_rows_are_told_of():
    assert told(stack(layers.Dense(8), shape=(144,)), RAW.reshape(40, 144))
    assert told(stack(layers.LSTM(4)), RAW)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_divided_twice_are_told_of(dtype):
    (message,) = told(mlp(), RAW.astype(dtype) / 255 / 255)
    assert "divided by 255 twice" in message


@pytest.mark.parametrize("scale", [1 / 255, 1 / 127.5, 1 / 256])
def test_pixels_that_the_model_divides_again_are_told_of(scale):
    model = cnn(layers.Rescaling(scale))
    (message,) = told(model, SCALED)
    assert f"{model.layers[0].title} divides them once more" in message


def test_a_model_is_told_of_once():
    model = mlp()
    assert len(told(model, RAW)) == 1
    assert told(model, RAW) == []


def test_single_steps_look_at_the_first_batch():
    model = mlp()
    with pytest.warns(UserWarning, match="0 to 255"):
        model.train_on_batch(RAW, LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.train_on_batch(RAW, LABELS)
    with pytest.warns(UserWarning, match="0 to 255"):
        mlp().compute_gradients(RAW, LABELS)


def test_the_input_among_several_is_named():
    table, image = martlet.Input((3,), name="table"), martlet.Input((12, 12), name="image")
    joined = layers.concatenate([table, layers.Flatten()(image)])
    read = layers.concatenate([layers.Dense(2)(layers.Flatten()(image)), joined])
    model = martlet.Model([table, image], layers.Dense(3, "softmax")(read))
    model.compile("sgd", "sparse_categorical_crossentropy")
    (message,) = told(model, [np.zeros((40, 3)), RAW])
    assert 'The input "image"' in message
    assert "pass it / 255" in message


def counts(shape, rate=3.0):
    return GENERATOR.poisson(rate, shape)


HARMLESS = {
    "standardised pixels": (RAW - RAW.mean()) / RAW.std(),
    "pixels from -1 to 1": RAW / 127.5 - 1,
    "pixels from 0 to 1": SCALED,
    "pixels of 256 divided by 256": RAW / 256,
    "noise": GENERATOR.normal(size=(40, 12, 12)),
    "small noise": 1e-3 * GENERATOR.random((40, 12, 12)),
    "noise up to 255": 255 * GENERATOR.random((40, 12, 12)),
    "digits of scikit-learn, 0 to 16": GENERATOR.integers(0, 17, (40, 12, 12)),
    "black and white": (RAW > 0) * 1,
    "bits": (RAW > 0),
    "words counted": counts((40, 12, 12)) * (RAW > 200) + 250 * (RAW.max() == RAW),
    "larger integers": GENERATOR.integers(0, 1000, (40, 12, 12)),
    "integers around 0": GENERATOR.integers(-255, 256, (40, 12, 12)),
    "nothing": np.zeros((40, 12, 12)),
    "constant": np.full((40, 12, 12), 255),
    "infinitesimal": 1e-30 * RAW.astype(np.float64),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_other_numbers_are_never_told_of(kind):
    x = np.asarray(HARMLESS[kind])
    assert told(mlp(), x) == []


def test_a_table_of_few_whole_numbers_is_never_told_of():
    x = GENERATOR.integers(0, 256, (40, 10))
    assert told(stack(layers.Dense(4), shape=(10,)), x) == []


@pytest.mark.parametrize(
    "front",
    [
        [layers.BatchNormalization()],
        [layers.LayerNormalization()],
        [layers.Conv2D(4, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()],
        [layers.ZeroPadding2D(1), layers.Conv2D(4, 3), layers.ReLU(), layers.LayerNormalization()],
        [layers.Conv2D(4, 3, trainable=False)],
    ],
)
def test_models_that_normalise_or_were_trained_are_not_told_of_raw_pixels(front):
    made = [type(layer).from_config(layer.get_config()) for layer in front]
    assert told(stack(*made, layers.Flatten(), shape=(12, 12, 1)), RAW) == []


def test_indices_of_words_are_not_told_of():
    model = stack(layers.Embedding(256, 4), layers.GlobalAveragePooling1D(), shape=(144,))
    assert told(model, RAW.reshape(40, 144)) == []


def test_arithmetic_of_ones_own_is_trusted():
    x = martlet.Input((12, 12))
    model = martlet.Model(x, layers.Dense(3, "softmax")(layers.Flatten()(x * (1 / 255))))
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert told(model, RAW) == []


def test_looking_takes_no_longer_for_more_data():
    # 492 GB of zeros in no memory: whoever looks at all of them does not come back.
    assert scale_of(np.broadcast_to(np.uint8(0), (40_000_000, 64, 64, 3))) is None
