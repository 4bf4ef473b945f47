"""Several inputs and outputs, from `compile` to the history."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import martlet
from martlet import layers, metrics

generator = np.random.default_rng(3)
X = generator.normal(size=(64, 5)).astype(np.float32)
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
VALUES = X @ generator.normal(size=(5, 2)).astype(np.float32)


def forked():
    x = martlet.Input((5,), name="x")
    hidden = layers.Dense(8, activation="relu")(x)
    kind = layers.Dense(3, activation="softmax", name="kind")(hidden)
    size = layers.Dense(2, name="size")(hidden)
    return martlet.Model(x, [kind, size])


LOSSES = {"kind": "sparse_categorical_crossentropy", "size": "mse"}
TARGETS = {"kind": LABELS, "size": VALUES}


def test_history_has_keras_names():
    model = forked()
    model.compile("adam", LOSSES, metrics={"kind": "accuracy", "size": ["mae"]})
    history = model.fit(X, TARGETS, validation_split=0.25, epochs=2, verbose=0).history
    names = ["loss", "kind_loss", "kind_accuracy", "size_loss", "size_mae"]
    assert list(history) == [*names, *[f"val_{name}" for name in names]]
    assert model.metrics_names == names
    for index in range(2):
        parts = history["kind_loss"][index] + history["size_loss"][index]
        assert history["loss"][index] == pytest.approx(parts, rel=1e-6)


def test_every_form_says_the_same():
    configurations = [
        {"loss": LOSSES, "loss_weights": {"size": 0.25}, "metrics": {"kind": ["accuracy"]}},
        {"loss": list(LOSSES.values()), "loss_weights": [1, 0.25], "metrics": [["accuracy"], []]},
        {
            "loss": [martlet.losses.SparseCategoricalCrossentropy(), "mse"],
            "loss_weights": {"kind": 1.0, "size": 0.25},
            "metrics": ["accuracy", None],
        },
    ]
    base = forked()
    results = []
    for configuration in configurations:
        model = forked()
        model.set_weights(base.get_weights())
        model.compile("sgd", **configuration)
        for targets in (TARGETS, [LABELS, VALUES]):
            results.append(model.evaluate(X, targets, verbose=0, return_dict=True))
    assert all(result == results[0] for result in results)
    first = results[0]
    assert list(first) == ["loss", "kind_loss", "kind_accuracy", "size_loss"]
    assert first["loss"] == pytest.approx(first["kind_loss"] + 0.25 * first["size_loss"])
    kind, size = base.predict(X)
    assert first["size_loss"] == pytest.approx(np.mean((size - VALUES) ** 2), rel=1e-5)
    assert first["kind_accuracy"] == np.mean(kind.argmax(axis=1) == LABELS)


def test_batches_and_validation_data():
    model = forked()
    model.compile("sgd", LOSSES)
    values = model.train_on_batch(X, [LABELS, VALUES])
    assert len(values) == 3
    assert model.test_on_batch(X, TARGETS, return_dict=True)["loss"] < values[0]
    history = model.fit(X, TARGETS, validation_data=(X, [LABELS, VALUES]), verbose=0).history
    assert history["val_kind_loss"][0] > 0
    assert set(model.compute_gradients(X, TARGETS)) == {"loss", "kind_loss", "size_loss"}


def test_copies_learn_the_same():
    model = forked()
    model.compile("sgd", LOSSES, loss_weights={"size": 2}, metrics={"kind": "accuracy"})
    twin = copy.deepcopy(model)
    assert twin.metrics_names == model.metrics_names
    assert twin.evaluate(X, TARGETS, verbose=0) == model.evaluate(X, TARGETS, verbose=0)


def test_an_auxiliary_output_trains_the_trunk():
    model = forked()
    model.compile("sgd", LOSSES, loss_weights={"kind": 0.0, "size": 1.0})
    kind, trunk = model.get_layer("kind"), model.layers[1]
    before = kind.get_weights(), trunk.get_weights()
    model.fit(X, TARGETS, verbose=0)
    np.testing.assert_array_equal(kind.get_weights()[0], before[0][0])
    assert not np.array_equal(trunk.get_weights()[0], before[1][0])


def test_outputs_of_one_layer_have_names_of_their_own():
    shared = layers.Dense(2, name="head")
    a, b = martlet.Input((3,)), martlet.Input((3,))
    model = martlet.Model([a, b], [shared(a), shared(b)])
    model.compile("sgd", "mse", metrics=["mae", "mae"])
    assert model.metrics_names == [
        "loss",
        "head_loss",
        "head_mae",
        "head_1_loss",
        "head_1_mae",
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"loss": {"kind": "mse"}}, "loss for the outputs kind, size"),
        ({"loss": {**LOSSES, "colour": "mse"}}, "kind, size; received .*colour"),
        ({"loss": ["mse"] * 3}, "2 outputs .*received 3"),
        ({"loss": LOSSES, "loss_weights": [1, 2, 3]}, "loss_weights .*received 3"),
        ({"loss": LOSSES, "loss_weights": {"colour": 1}}, "loss_weights .*colour"),
        ({"loss": LOSSES, "metrics": {"colour": "mae"}}, "metrics .*colour"),
        ({"loss": LOSSES, "metrics": {"kind": [metrics.MeanIoU(9)]}}, "num_classes to be"),
        ({"loss": LOSSES, "metrics": [["accuracy"], ["mae"], []]}, "2 outputs, received 3"),
    ],
)
def test_wrong_configurations(options, words):
    model = forked()
    with pytest.raises(ValueError, match=words):
        model.compile("sgd", **options)


def test_wrong_data():
    model = forked()
    model.compile("sgd", LOSSES)
    with pytest.raises(ValueError, match="kind, size"):
        model.fit(X, {"kind": LABELS}, verbose=0)
    with pytest.raises(ValueError, match=r"y\[1\]"):
        model.fit(X, [LABELS, VALUES[:, :1]], verbose=0)
    with pytest.raises(ValueError, match="same number of samples"):
        model.fit(X, [LABELS, VALUES[:9]], verbose=0)


def two_regressions(first, second):
    x = martlet.Input((5,))
    return martlet.Model(x, [layers.Dense(2, name=first)(x), layers.Dense(2, name=second)(x)])


@pytest.mark.parametrize(
    ("outputs", "found", "twice"),
    [
        (("a", "a_b"), [["b_loss"], []], "a_b_loss"),
        (("a", "a_b"), [["b_mae"], ["mae"]], "a_b_mae"),
        (("val", "b"), [[], []], "val_loss"),
        (("a", "val_a"), [["mae"], ["mae"]], "val_a_loss"),
    ],
)
def test_numbers_of_one_name_are_refused_and_none_gets_lost(outputs, found, twice):
    """The history kept one of two: of an output "val", say, the model's validation loss."""
    metrics = [[martlet.metrics.MeanAbsoluteError(name=name) for name in group] for group in found]
    model = two_regressions(*outputs)
    with pytest.raises(ValueError, match=f"two are called {twice}"):
        model.compile("sgd", "mse", metrics=metrics)


@pytest.mark.parametrize("name", ["val_loss", "val_mae"])
def test_a_metric_with_the_name_of_a_validated_number_is_refused(name):
    """With validation_freq=2 the history had the training's number in every other place."""
    x = martlet.Input((5,))
    model = martlet.Model(x, layers.Dense(2)(x))
    with pytest.raises(ValueError, match=f"two are called {name}"):
        model.compile("sgd", "mse", metrics=["mae", martlet.metrics.MeanSquaredError(name=name)])


@pytest.mark.parametrize("count", [1, 17, 300])
def test_predict_on_batch_takes_several_inputs_in_every_form(count):
    first, second = martlet.Input((2,), name="p"), martlet.Input((3,), name="q")
    model = martlet.Model([first, second], layers.Concatenate()([first, second]))
    p, q = generator.normal(size=(count, 2)), generator.normal(size=(count, 3))
    expected = np.hstack([p, q]).astype(np.float32)
    for x in ([p, q], (p, q), {"q": q, "p": p}):
        np.testing.assert_array_equal(model.predict_on_batch(x), expected)
