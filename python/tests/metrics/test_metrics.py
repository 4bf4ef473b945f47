from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import layers, losses, metrics


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("accuracy", "accuracy"),
        ("acc", "acc"),
        ("sparse_categorical_accuracy", "sparse_categorical_accuracy"),
        (metrics.SparseCategoricalAccuracy(), "sparse_categorical_accuracy"),
        (metrics.CategoricalAccuracy(name="share"), "share"),
    ],
)
def test_the_name_that_was_written_is_the_name_in_the_history(given, name):
    model = compiled(metrics=[given])
    history = model.fit(*digits(), validation_split=0.25, verbose=0).history
    assert list(history) == ["loss", name, "val_loss", f"val_{name}"]
    assert model.metrics_names == ["loss", name]


def test_one_metric_needs_no_list():
    model = compiled()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics="accuracy")
    assert len(model.evaluate(*digits(), verbose=0)) == 2


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(ValueError, match='"accuracy"'):
        metrics.get("acuracy")


def outputs(values, loss, wanted):
    """A model whose outputs for the unit vectors are the rows of `values`."""
    values = np.atleast_2d(np.asarray(values, np.float32))
    dense = layers.Dense(values.shape[1], use_bias=False, input_shape=(len(values),))
    model = martlet.Sequential([dense])
    model.compile("sgd", loss, metrics=wanted)
    dense.set_weights([values])
    return model, np.eye(len(values), dtype=np.float32)


def measured(values, y, loss, *wanted):
    model, x = outputs(values, loss, list(wanted))
    return model.evaluate(x, y, verbose=0)[1:]


GIVEN = losses.BinaryCrossentropy(from_logits=False)


def test_binary_accuracy_of_several_outputs_counts_each_by_itself():
    """One of the six is wrong; the largest of each row is right."""
    p, y = [[0.9, 0.6, 0.1], [0.2, 0.3, 0.8]], [[1, 1, 0], [0, 0, 1]]
    y = np.array(y)
    y[0, 1] = 0
    assert measured(p, y, GIVEN, "binary_accuracy") == [pytest.approx(5 / 6)]
    assert measured(p, y, GIVEN, metrics.BinaryAccuracy()) == [pytest.approx(5 / 6)]
    assert measured(p, y, GIVEN, "accuracy", "categorical_accuracy") == [1.0, 1.0]


def test_several_thresholds_are_measured_beside_each_other():
    p, y = [[0.1], [0.4], [0.6], [0.9]], [[0], [1], [0], [1]]
    low, middle, high = (
        metrics.BinaryAccuracy(name=f"above_{limit}", threshold=limit) for limit in (0.3, 0.5, 0.7)
    )
    assert measured(p, y, GIVEN, low, middle, high) == [0.75, 0.5, 0.75]


def test_a_target_between_zero_and_one_is_never_right_as_in_keras():
    assert measured([[0.9], [0.9]], [[0.8], [1]], GIVEN, "binary_accuracy") == [0.5]


def test_thresholds_are_probabilities_also_where_outputs_are_logits():
    """sigmoid(0.3) = 0.574 is above one half and below 0.6."""
    logits = losses.BinaryCrossentropy(from_logits=True)
    strict = metrics.BinaryAccuracy(name="strict", threshold=0.6)
    assert measured([[0.3], [-0.1]], [[1], [0]], logits, "accuracy", strict) == [1.0, 0.5]


@pytest.mark.parametrize("threshold", [0, 1, -0.5, 1.5, 1e-60, 1 - 1e-12, float("nan")])
def test_a_threshold_lies_between_zero_and_one(threshold):
    with pytest.raises(ValueError, match="threshold"):
        metrics.BinaryAccuracy(threshold=threshold)


def test_accuracy_the_class_counts_outputs_that_equal_their_targets():
    """Keras's own example."""
    values, y = [[0.0], [2.0], [3.0], [4.0]], [1, 2, 3, 4]
    assert measured(values, y, "mse", metrics.Accuracy()) == [0.75]
    assert measured([[1, 2], [3, 4]], [[1, 2], [0, 4]], "mse", metrics.Accuracy()) == [0.75]
    assert measured([[1.0], [0.5]], [1, 1], GIVEN, metrics.Accuracy()) == [0.5]


def test_accuracy_the_class_is_refused_where_nothing_is_ever_equal():
    model = compiled()
    with pytest.raises(ValueError, match='Use "accuracy"'):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=[metrics.Accuracy()])


@pytest.mark.parametrize("name", ["categorical_accuracy", "sparse_categorical_accuracy"])
def test_the_largest_of_one_output_is_no_answer(name):
    with pytest.raises(ValueError, match="binary_accuracy"):
        measured([[0.9]], [[1]], GIVEN, name)


def test_names_resolve_by_the_shape_of_the_output():
    p = [[0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]
    given = losses.CategoricalCrossentropy(from_logits=False)
    assert measured(p, [1, 0, 0], given, "accuracy", "acc")[0] == pytest.approx(2 / 3)
    assert measured(p, np.eye(3)[[1, 0, 0]], given, "Accuracy")[0] == pytest.approx(2 / 3)
    assert measured([[0.9], [0.2]], [1, 1], GIVEN, "acc") == [0.5]


@pytest.mark.parametrize("seed", range(6))
def test_metrics_are_their_definitions(seed):
    generator = np.random.default_rng(seed)
    count, width = int(generator.integers(1, 40)), int(generator.integers(2, 6))
    values = generator.random((count, width)).astype(np.float32)
    rows = np.eye(width)[generator.integers(0, width, count)]
    right = (values.argmax(axis=1) == rows.argmax(axis=1)).mean()
    each = ((values > 0.5) == rows).mean()
    found = measured(values, rows, GIVEN, "accuracy", "categorical_accuracy", "binary_accuracy")
    assert found == pytest.approx([right, right, each])
    found = measured(values, rows, "mse", "mse", "mae", "accuracy", "binary_accuracy")
    error = values.astype(float) - rows
    assert found == pytest.approx([(error**2).mean(), np.abs(error).mean(), right, each], rel=1e-5)
    labels = rows.argmax(axis=1)
    shares = losses.SparseCategoricalCrossentropy(from_logits=False)
    found = measured(values, labels, shares, "sparse_categorical_accuracy", "binary_accuracy")
    assert found == pytest.approx([right, each])


def test_binary_accuracy_of_a_softmax_looks_at_its_probabilities():
    model = martlet.Sequential([layers.Dense(3, activation="softmax", input_shape=(2,))])
    model.compile("sgd", "categorical_crossentropy", metrics=["binary_accuracy", "accuracy"])
    x = np.random.default_rng(0).normal(size=(37, 2)) * 3
    rows = np.eye(3)[np.random.default_rng(1).integers(0, 3, 37)]
    p = model.predict(x)
    _, each, right = model.evaluate(x, rows, verbose=0)
    assert each == pytest.approx(((p > 0.5) == rows).mean())
    assert right == pytest.approx((p.argmax(axis=1) == rows.argmax(axis=1)).mean())


def test_each_class_has_a_name_and_is_written_and_read():
    for cls in (metrics.Accuracy, metrics.BinaryAccuracy, metrics.CategoricalAccuracy):
        metric = cls(name="mine")
        copy = metrics.get({"class": cls.__name__, "config": metric.get_config()})
        assert type(copy) is cls
        assert copy.get_config() == metric.get_config()
    threshold = metrics.BinaryAccuracy(threshold=0.25).get_config()
    assert metrics.BinaryAccuracy.from_config(threshold).threshold == 0.25
