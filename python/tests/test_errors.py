"""Bad input: each is an exception that says what to do, and the model goes on as before."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, classifier, compiled, digits
from martlet import layers

X, Y = digits(32)


def with_value(array, index, value):
    changed = array.copy()
    changed[index] = value
    return changed


BAD_DATA = {
    "flat images": (
        X.reshape(32, 30),
        Y,
        ValueError,
        ["Flatten", "(batch, 6, 5)", "reshape(-1, 6, 5)"],
    ),
    "wrong size": (X[:, :3], Y, ValueError, ["Flatten", "(32, 3, 5)", "input_shape"]),
    "one image": (X[0], Y[:1], ValueError, ["numpy.newaxis"]),
    "no image axis": (X[:, 0, 0], Y, ValueError, ["(batch, 6, 5)"]),
    "a scalar": (3.0, Y, ValueError, ["first axis is the sample"]),
    "empty": (X[:0], Y[:0], ValueError, ["at least one sample"]),
    "x longer": (X, Y[:31], ValueError, ["x has 32", "y has 31"]),
    "NaN": (with_value(X, (5, 0, 0), np.nan), Y, ValueError, ["x", "1 of 32 samples", "sample 5"]),
    "Inf": (
        with_value(X.astype(float), 7, np.inf),
        Y,
        ValueError,
        ["x", "1 of 32 samples", "sample 7"],
    ),
    "label too large": (
        X,
        with_value(Y, 3, CLASSES),
        ValueError,
        ["0 ... 3", "received 4 at row 3"],
    ),
    "label negative": (X, with_value(Y, 9, -1), ValueError, ["0 ... 3", "received -1 at row 9"]),
    "label fractional": (X, with_value(Y.astype(float), 2, 0.5), ValueError, ["0.5 at row 2"]),
    "label NaN": (X, with_value(Y.astype(float), 4, np.nan), ValueError, ["nan at row 4"]),
    "labels of names": (X, np.array(["cat"] * 32), TypeError, ["numpy.unique"]),
    "one-hot too wide": (X, np.eye(7)[Y], ValueError, ["(n, 4)", "(32, 7)"]),
    "one-hot not normalised": (X, np.eye(CLASSES)[Y] * 2, ValueError, ["add up to 1", "row 0"]),
    "one-hot negative": (X, np.eye(CLASSES)[Y] * 2 - 0.25, ValueError, ["row 0"]),
    "complex": (X * 1j, Y, TypeError, ["complex", ".real"]),
    "objects": (np.array([[None] * 30] * 32), Y, TypeError, ["object"]),
    "text": ("digits", Y, TypeError, ["expected an array", "str"]),
    "ragged": ([[1.0], [1.0, 2.0]], Y, ValueError, ["equal length"]),
    "a generator": ((row for row in X), Y, TypeError, ["generator", "NumPy"]),
    "no targets": (X, None, TypeError, ["y: expected targets"]),
}


@pytest.fixture
def model():
    return compiled()


def assert_unharmed(model, weights):
    for now, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(now, before)
    model.fit(X, Y, verbose=0)


@pytest.mark.parametrize("case", BAD_DATA)
@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_bad_data(model, method, case):
    x, y, kind, words = BAD_DATA[case]
    weights = model.get_weights()
    options = {"verbose": 0} if method in ("fit", "evaluate") else {}
    with pytest.raises(kind) as caught:
        getattr(model, method)(x, y, **options)
    for word in words:
        assert word in str(caught.value)
    assert_unharmed(model, weights)


PREDICTABLE = [name for name in BAD_DATA if BAD_DATA[name][0] is not X and name != "x longer"]


@pytest.mark.parametrize("case", PREDICTABLE)
def test_bad_data_for_predict(model, case):
    x, _, kind, words = BAD_DATA[case]
    weights = model.get_weights()
    with pytest.raises(kind) as caught:
        model.predict(x)
    assert words[0] in str(caught.value)
    assert_unharmed(model, weights)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"batch_size": 0}, ValueError, "batch_size to be a positive integer, received 0"),
        ({"batch_size": -3}, ValueError, "received -3"),
        ({"batch_size": 1.5}, TypeError, "received 1.5"),
        ({"batch_size": True}, TypeError, "received True"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"epochs": "5"}, TypeError, "epochs"),
        ({"validation_split": 1.0}, ValueError, "validation_split"),
        ({"validation_split": -0.1}, ValueError, "validation_split"),
        ({"validation_split": 0.99}, ValueError, "leaves 0 to train with"),
        ({"validation_data": X}, TypeError, r"\(x, y\)"),
        ({"validation_data": (X[:, :2], Y)}, ValueError, r"validation_data\[0\]"),
        ({"validation_data": (X, Y + 9)}, ValueError, r"validation_data\[1\]"),
        ({"validation_freq": 0}, ValueError, "validation_freq"),
        ({"sample_weight": np.ones(3)}, ValueError, "sample_weight"),
        ({"sample_weight": -np.ones(32)}, ValueError, "at least 0"),
        ({"class_weight": {0: -1.0}}, ValueError, "class 0"),
        ({"class_weight": [1.0]}, TypeError, "dictionary"),
        ({"callbacks": [print]}, TypeError, "Callback"),
        ({"verbose": 5}, ValueError, "verbose"),
        ({"on_interrupt": "stop"}, ValueError, "on_interrupt"),
        ({"stratify": np.zeros(5), "validation_split": 0.5}, ValueError, "stratify"),
    ],
)
def test_bad_arguments_of_fit(model, arguments, kind, words):
    weights = model.get_weights()
    with pytest.raises(kind, match=words):
        model.fit(X, Y, **{"verbose": 0, **arguments})
    assert_unharmed(model, weights)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"optimizer": "adm"}, ValueError, 'Unknown optimizer "adm". Did you mean "adam"?'),
        (
            {"loss": "sparse_categorical_crossentopy"},
            ValueError,
            'Did you mean "sparse_categorical',
        ),
        ({"loss": "zzz"}, ValueError, "Known: "),
        ({"metrics": ["acuracy"]}, ValueError, 'Did you mean "accuracy"?'),
        ({"metrics": ["accuracy", "accuracy"]}, ValueError, "different names"),
        ({"metrics": [len]}, TypeError, "metric"),
        ({"optimizer": martlet.optimizers.Adam}, TypeError, "write Adam()"),
        ({"optimizer": 3}, TypeError, "Optimizer object"),
        ({"loss": ["mse", "mse"]}, ValueError, "1 outputs"),
    ],
)
def test_bad_arguments_of_compile(model, arguments, kind, words):
    good = {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    with pytest.raises(kind) as caught:
        model.compile(**{**good, **arguments})
    assert words in str(caught.value)
    assert_unharmed(model, model.get_weights())


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: layers.Dense(-3), ValueError, "units to be a positive integer, received -3"),
        (lambda: layers.Dense(0), ValueError, "received 0"),
        (lambda: layers.Dense(2.5), TypeError, "received 2.5"),
        (lambda: layers.Dense(3, activation="rellu"), ValueError, 'Did you mean "relu"?'),
        (lambda: layers.Dense(3, activation=np.sin), TypeError, "martlet.activations"),
        (lambda: layers.Dense(3, kernel_initializer="he_norml"), ValueError, '"he_normal"?'),
        (lambda: layers.Dense(3, activaton="relu"), TypeError, 'Did you mean "activation"?'),
        (lambda: layers.Dense(3, dtype="float16"), ValueError, "float32"),
        (lambda: layers.Dense(3, input_shape=(0,)), ValueError, "input_shape"),
        (lambda: layers.Dropout(1.0), ValueError, "below 1"),
        (lambda: layers.Dropout("half"), TypeError, "rate"),
        (lambda: layers.Reshape((-1, -1)), ValueError, "at most one -1"),
        (lambda: layers.Input(), ValueError, "shape="),
        (lambda: layers.Input((28, None)), TypeError, "shape"),
        (lambda: martlet.optimizers.SGD(-1), ValueError, "at least 0"),
        (lambda: martlet.optimizers.SGD(momentum=1.0), ValueError, "below 1"),
        (lambda: martlet.optimizers.Adam(amsgrad=True), ValueError, "amsgrad"),
        (lambda: martlet.optimizers.Adam(float("nan")), ValueError, "learning_rate"),
        (lambda: martlet.Sequential([3]), TypeError, "expected a layer"),
        (lambda: martlet.Sequential([layers.Dense(2), layers.Input((3,))]), ValueError, "before"),
        (lambda: martlet.Sequential().pop(), ValueError, "no layer"),
        (
            lambda: martlet.Sequential([layers.Dense(2, name="a"), layers.Dense(2, name="a")]),
            ValueError,
            'named "a"',
        ),
        (
            lambda: martlet.Sequential([layers.Flatten(input_shape=SHAPE), layers.Reshape((7, 7))]),
            ValueError,
            'Reshape "reshape"',
        ),
        (
            lambda: martlet.Sequential([layers.Dense(2**40, input_shape=(2**40,))]),
            (ValueError, MemoryError),
            "fit in memory",
        ),
    ],
)
def test_models_that_cannot_be(make, kind, words):
    with pytest.raises(kind) as caught:
        make()
    assert words in str(caught.value)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "compute_gradients"])
def test_training_before_compile(method):
    model = classifier()
    with pytest.raises(RuntimeError, match=r"not compiled\. Call compile"):
        getattr(model, method)(X, Y)
    with pytest.raises(RuntimeError, match="not compiled"):
        model.apply_gradients()
    assert model.predict(X).shape == (32, CLASSES)


def test_a_model_without_an_input_shape_says_what_it_needs():
    model = martlet.Sequential([layers.Dense(3)])
    with pytest.raises(RuntimeError, match="input_shape"):
        model.get_weights()
    with pytest.raises(RuntimeError, match="no weights yet"):
        model.layers[0].kernel  # noqa: B018
    assert "not built" in repr(model)


def test_class_labels_for_a_regression_loss_are_explained():
    model = classifier()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="to_categorical"):
        model.fit(X, Y, verbose=0)


def test_layers_are_not_called_on_arrays():
    with pytest.raises(TypeError, match="predict"):
        layers.Dense(3)(X)


def test_models_train_through_fit_not_through_calls():
    with pytest.raises(ValueError, match="predict"):
        classifier()(X, training=True)
