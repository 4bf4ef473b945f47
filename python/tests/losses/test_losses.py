from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import CLASSES, classifier, digits, linear
from martlet import layers, losses

X, Y = digits(40)
ONE_HOT = martlet.utils.to_categorical(Y, CLASSES)


def cross_entropy(model, smoothing=0.0):
    shares = model.predict(X).astype(np.float64)
    targets = ONE_HOT * (1 - smoothing) + smoothing / CLASSES
    return -(targets * np.log(shares)).sum(axis=1).mean()


@pytest.mark.parametrize(
    "y",
    [Y, Y[:, None], Y.astype(np.uint8), Y.astype(float), ONE_HOT, ONE_HOT.astype(np.uint8)],
    ids=["int64", "column", "uint8", "float", "one-hot", "one-hot uint8"],
)
@pytest.mark.parametrize("name", ["sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_either_name_takes_labels_of_either_form(name, y):
    model = classifier()
    model.compile("sgd", name, metrics=["accuracy"])
    loss, accuracy = model.evaluate(X, y, verbose=0)
    assert loss == pytest.approx(cross_entropy(model), rel=1e-4)
    assert accuracy == pytest.approx((model.predict(X).argmax(axis=1) == Y).mean())


def test_label_smoothing():
    model = classifier()
    model.compile("sgd", losses.CategoricalCrossentropy(label_smoothing=0.2))
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(cross_entropy(model, 0.2), rel=1e-4)


@pytest.mark.parametrize("from_logits", [None, True])
def test_logits(from_logits):
    model = martlet.Sequential([*classifier().layers[:-1], layers.Dense(CLASSES)])
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=from_logits))
    shares = martlet.activations.softmax(model.predict(X)).astype(np.float64)
    expected = -np.log(shares[np.arange(40), Y]).mean()
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("mse", lambda error: (error**2).mean()),
        ("mean_squared_error", lambda error: (error**2).mean()),
        ("MeanAbsoluteError", lambda error: np.abs(error).mean()),
        (losses.MeanAbsoluteError(), lambda error: np.abs(error).mean()),
    ],
)
def test_regression(name, formula):
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(21, 3)), generator.normal(size=(21, 2))
    model = linear()
    model.compile("sgd", name, metrics=["mse", "mae"])
    error = model.predict(x) - y
    expected = [formula(error), (error**2).mean(), np.abs(error).mean()]
    np.testing.assert_allclose(model.evaluate(x, y, verbose=0), expected, rtol=1e-4)


@pytest.mark.parametrize("activation", ["sigmoid", None])
def test_binary_crossentropy_takes_flat_targets(activation):
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(21, 3)), generator.integers(0, 2, size=21)
    model = linear(3, 1, activation=activation)
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    out = model.predict(x)[:, 0].astype(np.float64)
    p = out if activation else 1 / (1 + np.exp(-out))
    expected = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    loss, _ = model.evaluate(x, y, verbose=0)
    assert loss == pytest.approx(expected, rel=1e-4)
    with pytest.raises(ValueError, match="between 0 and 1"):
        model.evaluate(x, y * 2, verbose=0)


def test_names_resolve_in_either_spelling():
    assert isinstance(losses.get("CategoricalCrossentropy"), losses.CategoricalCrossentropy)
    assert isinstance(losses.get("bce"), losses.BinaryCrossentropy)
    config = {"class": "BinaryCrossentropy", "config": {"label_smoothing": 0.1}}
    assert losses.get(config).label_smoothing == 0.1
