"""The advice at the end of an error message is right: it is followed here, word by word."""

from __future__ import annotations

import re

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import layers

X, Y = digits(32)

IMAGE = np.arange(28 * 28, dtype=np.float32).reshape(28, 28)
COLOURED = np.arange(2 * 8 * 6 * 3, dtype=np.float32).reshape(2, 8, 6, 3)


def reader(*shape):
    """A model that returns what it reads."""
    return martlet.Sequential([layers.Flatten(input_shape=shape)])


def advice_for(model, x):
    with pytest.raises(ValueError, match="expected input") as caught:
        model.predict(x)
    return str(caught.value)


def follow(message, x):
    code = re.search(r"[Pp]ass ([^;]*?)(?:, or .*)?\.$", message)[1]
    return eval(code, {"numpy": np, "x": x})


@pytest.mark.parametrize(
    ("shape", "x", "expected"),
    [
        # One image, for which the batch axis is missing, whatever else is.
        ((28, 28), IMAGE, IMAGE[None]),
        ((28, 28, 1), IMAGE, IMAGE[None, :, :, None]),
        ((784,), IMAGE, IMAGE.reshape(1, 784)),
        ((784,), IMAGE.ravel(), IMAGE.reshape(1, 784)),
        ((28, 28), IMAGE.ravel(), IMAGE[None]),
        # Flat samples for images, and images for flat samples.
        ((28, 28, 1), np.stack([IMAGE] * 3).reshape(3, 784), np.stack([IMAGE] * 3)[..., None]),
        ((48 * 3,), COLOURED, COLOURED.reshape(2, 144)),
        # Channels in front: a reshape would tear the images apart.
        ((8, 6, 3), np.moveaxis(COLOURED, -1, 1), COLOURED),
        ((28, 28, 1), np.stack([IMAGE] * 3)[:, None], np.stack([IMAGE] * 3)[..., None]),
        ((28, 28), np.stack([IMAGE] * 3)[:, None], np.stack([IMAGE] * 3)),
        # Rows and columns exchanged, and samples behind, as MATLAB has them.
        ((8, 6), COLOURED[..., 0].swapaxes(1, 2), COLOURED[..., 0]),
        ((8, 6, 3), np.moveaxis(COLOURED, 0, -1), COLOURED),
    ],
)
def test_the_advice_for_a_shape_gives_the_samples(shape, x, expected):
    x = np.ascontiguousarray(x)
    model = reader(*shape)
    fixed = follow(advice_for(model, x), x)
    np.testing.assert_array_equal(fixed, expected)
    np.testing.assert_array_equal(model.predict(fixed), expected.reshape(len(expected), -1))


def test_one_image_is_never_advised_to_change_the_model():
    message = advice_for(reader(28, 28, 1), IMAGE)
    assert "input_shape=(28,)" not in message
    assert "For one sample" in message


def test_images_of_another_size_change_the_model_or_the_images():
    message = advice_for(reader(28, 28), np.zeros((5, 32, 32)))
    assert "input_shape=(32, 32)" in message
    assert "reshape" not in message


def test_numbers_without_features_are_not_an_input_shape():
    assert "input_shape" not in advice_for(reader(3), np.zeros(5))


class Batches:
    """As a data loader of another library: neither an array nor an iterator."""

    def __iter__(self):
        yield X, Y

    def __len__(self):
        return 1


@pytest.mark.parametrize("x", [Batches(), [(X, Y), (X, Y)], (row for row in X), iter([X])])
def test_batches_are_to_be_collected_or_trained_on_one_by_one(x):
    with pytest.raises((TypeError, ValueError)) as caught:
        compiled().fit(x)
    assert "train_on_batch(x, y) for each batch" in str(caught.value)
    assert "equal" not in str(caught.value).split("Of batches")[0].replace("equal length;", "")


class Sparse:
    def toarray(self):
        return X


OBJECTS = {
    "sparse": (Sparse(), "Pass its .toarray()"),
    "a set": ({1.0, 2.0}, "A set has no order"),
    "numbers as text": (np.array([["1", "2.5"]], object), ".astype(numpy.float32)"),
    "text columns": (np.array([[1, "red"]], object), "numpy.unique(names, return_inverse=True)"),
    "missing": (np.array([[1.0, None]], object), "missing (None)"),
    "big integers": (np.array([[2**70]], object), ".astype(numpy.float32)"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), "(dates - dates.min()) / numpy.timedelta64"),
    "a record": (np.zeros(2, [("a", "f4")]), "structured_to_unstructured"),
    "x and y together": ((X, Y), "Pass arrays of shapes (32, 6, 5) and (32,) one by one"),
    "pictures": ([np.zeros((3, 4)), np.zeros((5, 4))], "resize the samples to one shape"),
    "sentences": ([[1, 2], [3]], "Pad the rows to one length"),
    "ragged objects": (np.array([[1, 2], [3]], object), "unequal length"),
    "things": (np.array([Batches()], object), "objects of the type Batches"),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_what_is_no_array_of_numbers_gets_its_own_advice(kind):
    x, advice = OBJECTS[kind]
    with pytest.raises((TypeError, ValueError)) as caught:
        compiled().fit(x, Y)
    assert advice in str(caught.value)
    assert kind == "ragged objects" or "unequal" not in str(caught.value)


def learner(units, activation, loss):
    model = martlet.Sequential([layers.Dense(units, activation=activation, input_shape=(3,))])
    model.compile("sgd", loss)
    return model


SPARSE, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"

LABELS = {
    "-1 and 1": (2, SPARSE, [-1, 1], "pass (y + 1) // 2"),
    "unlabelled": (3, SPARSE, [-1, 2], "sample_weight 0"),
    "from 1": (3, SPARSE, [1, 3], "pass y - 1; otherwise give the last layer 4 units"),
    "too many": (3, SPARSE, [0, 6], "give the last layer 7 units"),
    "one unit": (1, SPARSE, [0, 1], 'loss="binary_crossentropy"'),
    "several at once": (3, SPARSE, [[1, 0, 1], [0, 0, 0]], 'loss="binary_crossentropy"'),
    "wide rows": (2, SPARSE, [[1, 0, 0], [0, 0, 1]], "give the last layer 3 units"),
    "binary -1 and 1": (1, BINARY, [-1, 1], "pass (y + 1) / 2"),
    "binary from 1": (1, BINARY, [2, 1], "pass y - 1"),
    "binary of many": (1, BINARY, [0, 7], 'loss="sparse_categorical_crossentropy"'),
    "binary pixels": (2, BINARY, [[0, 255], [3, 7]], "pass y / 255"),
    "binary regression": (1, BINARY, [-0.5, 3.5], 'loss="mean_squared_error"'),
    "one-hot for one unit": (1, BINARY, [[0, 1], [1, 0]], "Give the last layer 2 units"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_do_not_fit_get_their_own_advice(kind):
    units, loss, y, advice = LABELS[kind]
    model = learner(units, "sigmoid" if loss == BINARY else "softmax", loss)
    with pytest.raises(ValueError, match="y: expected") as caught:
        model.fit(np.ones((2, 3)), np.array(y), verbose=0)
    assert advice in str(caught.value)
    assert "more units" not in str(caught.value)


def test_labels_of_one_hot_rows():
    with pytest.raises(ValueError, match="num_classes=4"):
        martlet.utils.to_categorical([1, 2, 3], 3)
    with pytest.raises(ValueError, match=r"\(x \+ 1\) // 2"):
        martlet.utils.to_categorical([-1, 1])


def test_none_as_an_extent_is_the_batch_axis_or_a_length_that_is_needed():
    with pytest.raises(TypeError, match="Leave the batch axis out"):
        layers.Dense(3, input_shape=(None, 28))
    with pytest.raises(TypeError, match="how long each axis is"):
        martlet.Input((28, None))


def test_two_numbers_for_an_input_are_to_be_a_tuple():
    with pytest.raises(TypeError, match=r"one tuple, as in Input\(\(28, 28\)\)"):
        martlet.Input(28, 28)


def test_a_layer_on_a_layer_is_to_be_called_first():
    with pytest.raises(TypeError, match=r"received Dense\. Call that on a symbolic tensor first"):
        layers.Dense(3)(layers.Dense(4))
    with pytest.raises(TypeError, match="To run arrays through layers"):
        layers.Dense(3)(X)


def test_a_callbacks_class_is_to_be_made_an_object():
    with pytest.raises(TypeError, match=r"Write EarlyStopping\(\)"):
        compiled().fit(X, Y, callbacks=[martlet.callbacks.EarlyStopping])


def test_layers_that_do_not_fit_together_get_advice_for_what_is_likely():
    with pytest.raises(ValueError, match="needs return_sequences=True"):
        martlet.Sequential([layers.LSTM(3, input_shape=(5, 2)), layers.LSTM(2)])
    with pytest.raises(ValueError, match=r"channels in front, pass numpy\.moveaxis"):
        martlet.Sequential([layers.Conv2D(3, 3, input_shape=(1, 28, 28))])
    with pytest.raises(ValueError, match="smaller kernel") as caught:
        martlet.Sequential([layers.Conv2D(3, 9, input_shape=(8, 8, 1))])
    assert "in front" not in str(caught.value)


@pytest.mark.parametrize(
    ("index", "advice"), [(10, "larger input_dim"), (-1, "from 0 in x"), (0.5, "from 0 in x")]
)
def test_an_index_that_is_no_word_gets_advice_for_what_is_wrong(index, advice):
    model = martlet.Sequential([layers.Embedding(10, 4, input_shape=(1,))])
    with pytest.raises(ValueError, match=advice):
        model.predict(np.array([[index]]))
