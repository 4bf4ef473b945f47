"""What samples and classes count."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import CLASSES, compiled, digits
from martlet import layers

X, Y = digits(40)


def frozen():
    """A classifier that stays as it is."""
    return compiled(martlet.optimizers.SGD(1e-30), metrics=())


def losses_of_each(model, x, y):
    shares = model.predict(x).astype(np.float64)
    return -np.log(shares[np.arange(len(y)), y])


def test_class_weights_do_not_weigh_what_is_held_back():
    model = frozen()
    each = losses_of_each(model, X, Y)
    weights = {0: 5.0, 1: 0.5}
    factors = np.array([weights.get(int(label), 1.0) for label in Y])
    logs = model.fit(X, Y, class_weight=weights, validation_split=0.25, verbose=0).history
    assert logs["loss"][0] == pytest.approx((each * factors)[:30].mean(), rel=1e-5)
    assert logs["val_loss"][0] == pytest.approx(each[30:].mean(), rel=1e-5)
    logs = model.fit(
        X, Y, class_weight=weights, validation_split=0.25, stratify=True, verbose=0
    ).history
    total = logs["loss"][0] * 30
    assert total != pytest.approx(each.sum() - logs["val_loss"][0] * 10, rel=1e-3)


def test_sample_weights_weigh_both_and_class_weights_the_training_only():
    model = frozen()
    each = losses_of_each(model, X, Y)
    samples = np.random.default_rng(0).uniform(0, 2, 40)
    factors = np.array([3.0 if label == 2 else 1.0 for label in Y])
    logs = model.fit(
        X, Y, class_weight={2: 3}, sample_weight=samples, validation_split=0.25, verbose=0
    ).history
    assert logs["loss"][0] == pytest.approx((each * samples * factors)[:30].mean(), rel=1e-5)
    assert logs["val_loss"][0] == pytest.approx((each * samples)[30:].mean(), rel=1e-5)


@pytest.mark.parametrize(
    "y",
    [Y, Y[:, None], Y.astype(float), martlet.utils.to_categorical(Y, CLASSES)],
    ids=["labels", "column", "float", "rows"],
)
@pytest.mark.parametrize("key", [int, np.int64, np.uint8, float])
def test_labels_of_either_form_and_keys_of_any_whole_number(y, key):
    model = frozen()
    factors = np.where(Y == 1, 4.0, 1.0)
    expected = (losses_of_each(model, X, Y) * factors).mean()
    assert model.train_on_batch(X, y, class_weight={key(1): 4}) == pytest.approx(expected, rel=1e-5)


def binary(units=1, activation="sigmoid", loss="binary_crossentropy"):
    model = martlet.Sequential([layers.Dense(units, activation=activation, input_shape=(2,))])
    model.compile(martlet.optimizers.SGD(1e-30), loss)
    return model


def test_one_unit_tells_two_classes_apart():
    x, y = np.random.default_rng(0).normal(size=(9, 2)), np.arange(9) % 2
    model = binary()
    p = model.predict(x)[:, 0].astype(np.float64)
    each = -np.log(np.where(y == 1, p, 1 - p))
    expected = (each * np.where(y == 1, 10, 1)).mean()
    assert model.train_on_batch(x, y, class_weight={1: 10}) == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match=r"classes 0 \.\.\. 1.* 2"):
        model.fit(x, y, class_weight={2: 1}, verbose=0)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({4: 1.0}, ValueError, r"classes 0 \.\.\. 3.* 4"),
        ({-1: 1.0}, ValueError, "-1"),
        ({0: -1.0}, ValueError, "weight of class 0"),
        ({0: float("nan")}, ValueError, "weight of class 0"),
        ({0: float("inf")}, ValueError, "weight of class 0"),
        ({0: 1e300}, ValueError, "weight of class 0.*float32"),
        ({0: "1"}, TypeError, "weight of class 0"),
        ({0: None}, TypeError, "weight of class 0"),
        ({"0": 1.0}, TypeError, "each class"),
        ({0.5: 1.0}, TypeError, "each class"),
        ({True: 1.0}, TypeError, "each class"),
        ("balanced", TypeError, "dictionary"),
        ([1, 2, 3, 4], TypeError, "dictionary"),
    ],
)
def test_class_weights_that_mean_nothing_are_refused(given, error, message):
    model = frozen()
    for train in (model.fit, model.train_on_batch):
        with pytest.raises(error, match=f"class_weight.*{message}"):
            train(X, Y, class_weight=given)


def test_classes_without_a_weight_count_one():
    model = frozen()
    plain = model.train_on_batch(X, Y)
    assert model.train_on_batch(X, Y, class_weight={}) == pytest.approx(plain, rel=1e-6)
    few = Y[Y < 2]
    weights = {3: 7.0}
    expected = losses_of_each(model, X[Y < 2], few).mean()
    assert model.train_on_batch(X[Y < 2], few, class_weight=weights) == pytest.approx(
        expected, rel=1e-5
    )


def test_class_weights_of_several_outputs_are_refused():
    inputs = martlet.Input((2,))
    heads = [layers.Dense(3, activation="softmax")(inputs) for _ in range(2)]
    model = martlet.Model(inputs, heads)
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = np.zeros((4, 2)), np.zeros(4, int)
    with pytest.raises(ValueError, match=r"class_weight.*one output"):
        model.fit(x, [y, y], class_weight={0: 2.0}, verbose=0)


def test_answers_that_name_no_single_class_have_no_class_weight():
    x = np.zeros((3, 2))
    several = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]])
    with pytest.raises(ValueError, match=r"class_weight.*row 1"):
        binary(3).fit(x, several, class_weight={0: 2.0}, verbose=0)
    with pytest.raises(ValueError, match=r"class_weight.*row 2"):
        binary().fit(x, [0, 1, 0.3], class_weight={0: 2.0}, verbose=0)


@pytest.mark.parametrize("value", [1e300, -1e300, float("nan"), float("inf"), -1.0])
def test_sample_weights_that_mean_nothing_are_refused_by_row(value):
    weights = np.ones(40)
    weights[7] = value
    with pytest.raises(ValueError, match=r"sample_weight.*(row 7|\[7\])"):
        frozen().evaluate(X, Y, sample_weight=weights, verbose=0)
