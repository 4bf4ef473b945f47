"""Whether outputs are probabilities or logits, and what the losses make of them.

Expected values are those of the formulas in Keras's documentation, worked out in double precision.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import martlet
from martlet import layers, losses

EPSILON = 1e-7


def categorical_twin(p, targets):
    """The loss of each row, and its gradient: normalised, cut off at 1e-7 and 1 - 1e-7."""
    total = p.sum(axis=-1, keepdims=True)
    share = p / total
    inside = (share > EPSILON) & (share < 1 - EPSILON)
    loss = -(targets * np.log(np.clip(share, EPSILON, 1 - EPSILON))).sum(axis=-1)
    passed = targets * inside
    slope = (passed.sum(axis=-1, keepdims=True) - passed / np.where(inside, share, 1)) / total
    return loss, slope


def binary_twin(p, targets):
    """The same for independent outputs."""
    inside = (p > EPSILON) & (p < 1 - EPSILON)
    # The upper bound is the float32 next to 1 - 1e-7, as it is in Keras.
    q = np.clip(p, EPSILON, float(np.float32(1) - np.float32(EPSILON)))
    loss = -(targets * np.log(q) + (1 - targets) * np.log(1 - q)).mean(axis=-1)
    slope = inside * (q - targets) / (q * (1 - q)) / p.shape[-1]
    return loss, slope


def given_outputs(values, loss, metrics=None):
    """A model whose outputs for the unit vectors are the rows of `values`."""
    values = np.atleast_2d(np.asarray(values, np.float32))
    dense = layers.Dense(values.shape[1], use_bias=False, input_shape=(len(values),))
    model = martlet.Sequential([dense])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.compile(martlet.optimizers.SGD(1.0), loss, metrics=metrics)
    dense.set_weights([values])
    return model, np.eye(len(values), dtype=np.float32)


def joined(layer, function, biases):
    """Heads of one input whose outputs do not depend on it, joined by a layer."""
    inputs = martlet.Input((1,))
    heads = [layers.Dense(len(bias), activation=function) for bias in biases]
    model = martlet.Model(inputs, layer([head(inputs) for head in heads]))
    for head, bias in zip(heads, biases, strict=True):
        head.set_weights([np.zeros((1, len(bias))), bias])
    return model


def test_training_and_evaluation_of_an_average_of_softmax_heads_agree():
    shares = np.array([[0.5, 0.3, 0.2], [0.13146, 0.6, 0.26854]])
    model = joined(layers.Average(), "softmax", np.log(shares))
    model.compile(martlet.optimizers.SGD(1e-30), "sparse_categorical_crossentropy")
    x, y = np.ones((1, 1)), np.zeros(1, int)
    expected = -np.log(shares[:, 0].mean())
    assert expected == pytest.approx(1.15286, abs=1e-5)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-6)
    assert model.train_on_batch(x, y) == pytest.approx(expected, rel=1e-6)
    assert model.test_on_batch(x, y) == pytest.approx(expected, rel=1e-6)
    assert model.compute_gradients(x, y)["loss"] == pytest.approx(expected, rel=1e-6)


def test_an_average_of_sigmoid_heads_is_probabilities():
    inputs = martlet.Input((1,))
    heads = [layers.Dense(1, activation="sigmoid") for _ in range(2)]
    model = martlet.Model(inputs, layers.Average()([head(inputs) for head in heads]))
    for head, weight in zip(heads, (1.0, 1.9343), strict=True):
        head.set_weights([[[weight]], [0.0]])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    x, y = np.array([[1.0], [-1.0]]), np.array([1, 0])
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert loss == pytest.approx(0.2201, abs=1e-4)
    assert accuracy == 1.0
    assert model.train_on_batch(x, y)[0] == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize(
    "join",
    [layers.Average(), layers.Multiply(), layers.Maximum(), layers.Minimum(), layers.Concatenate()],
    ids=lambda join: type(join).__name__,
)
@pytest.mark.parametrize("function", ["softmax", "sigmoid"])
@pytest.mark.parametrize("form", ["categorical", "binary"])
def test_joined_probabilities_are_probabilities_in_every_run(join, function, form):
    generator = np.random.default_rng(1)
    model = joined(join.__class__(), function, generator.normal(size=(2, 3)))
    twin = categorical_twin if form == "categorical" else binary_twin
    model.compile(martlet.optimizers.SGD(1e-30), f"{form}_crossentropy")
    x = np.ones((5, 1))
    p = model.predict(x).astype(np.float64)
    rows = np.eye(p.shape[1])[generator.integers(0, p.shape[1], 5)]
    expected = twin(p, rows)[0].mean()
    assert model.evaluate(x, rows, verbose=0) == pytest.approx(expected, rel=1e-5)
    assert model.train_on_batch(x, rows) == pytest.approx(expected, rel=1e-5)


def test_probabilities_that_do_not_add_up_to_one_are_divided_by_their_sum():
    model, x = given_outputs([3, 1], losses.CategoricalCrossentropy(from_logits=False))
    assert model.evaluate(x, [[1, 0]], verbose=0) == pytest.approx(0.2877, abs=1e-4)  # -log(3/4)
    model, x = given_outputs([3, 1], losses.SparseCategoricalCrossentropy(from_logits=False))
    assert model.evaluate(x, [0], verbose=0) == pytest.approx(0.2877, abs=1e-4)


def test_a_linear_unit_beyond_one_gets_no_gradient_from_binary_crossentropy():
    model, x = given_outputs([2], losses.BinaryCrossentropy(from_logits=False))
    loss = model.train_on_batch(x, [0])
    assert loss == pytest.approx(15.9424, abs=1e-3)  # -log(1 - (1 - 1e-7)) in float32
    assert model.layers[0].get_weights()[0] == 2


@pytest.mark.parametrize("form", ["categorical", "sparse", "binary"])
@pytest.mark.parametrize("seed", range(8))
def test_losses_of_given_probabilities_are_keras_formulas(form, seed):
    """Any outputs, negative ones and ones beyond 1 too; loss, update and finite differences."""
    generator = np.random.default_rng(seed)
    count, classes = int(generator.integers(1, 40)), int(generator.integers(2, 7))
    low = 0.01 if form != "binary" else -0.5
    outputs = generator.uniform(low, 1.5, (count, classes))
    outputs[generator.random(count) < 0.3, 0] = 1e-9
    outputs = outputs.astype(np.float32).astype(np.float64)
    labels = generator.integers(0, classes, count)
    rows = np.eye(classes)[labels]
    loss, twin = {
        "categorical": (losses.CategoricalCrossentropy(from_logits=False), categorical_twin),
        "sparse": (losses.SparseCategoricalCrossentropy(from_logits=False), categorical_twin),
        "binary": (losses.BinaryCrossentropy(from_logits=False), binary_twin),
    }[form]
    if form == "binary":
        rows = generator.random((count, classes)).round(1)
    weights = generator.uniform(0, 2, count)
    model, x = given_outputs(outputs, loss)
    y = labels if form == "sparse" else rows
    expected, slope = twin(outputs, rows)
    value = model.train_on_batch(x, y, sample_weight=weights)
    assert value == pytest.approx((expected * weights).mean(), rel=2e-5, abs=1e-6)
    moved = outputs - model.layers[0].get_weights()[0]
    np.testing.assert_allclose(moved, slope * weights[:, None] / count, rtol=2e-3, atol=2e-5)


def test_gradients_of_given_probabilities_are_differences_of_the_loss():
    outputs, rows = np.array([[0.2, 0.7, 0.6]]), np.array([[0.0, 1.0, 0.0]])
    for loss in (losses.CategoricalCrossentropy, losses.BinaryCrossentropy):
        model, x = given_outputs(outputs, loss(from_logits=False))
        model.compute_gradients(x, rows)
        gradient = model.layers[0].kernel_gradient.copy()
        for place in range(3):
            sides = []
            for step in (1e-3, -1e-3):
                moved = outputs.copy()
                moved[0, place] += step
                model.layers[0].set_weights([moved])
                sides.append(model.evaluate(x, rows, verbose=0))
            assert gradient[0, place] == pytest.approx((sides[0] - sides[1]) / 2e-3, rel=2e-3)


HEADS = {
    "dense": lambda: [layers.Dense(3)],
    "flatten": lambda: [layers.Dense(3), layers.Reshape((3, 1)), layers.Flatten()],
    "dropout": lambda: [layers.Dense(3), layers.Dropout(0.5)],
    "activation": lambda: [layers.Dense(3), layers.Activation("linear")],
    "permute": lambda: [layers.Dense(3), layers.Reshape((1, 3)), layers.Permute((1, 2))],
    "convolution": lambda: [
        layers.Reshape((2, 2, 1)),
        layers.Conv2D(3, 2),
        layers.GlobalAveragePooling2D(),
    ],
}


@pytest.mark.parametrize("name", HEADS)
def test_a_linear_head_is_taken_as_logits_with_one_warning_that_names_the_fix(name):
    model = martlet.Sequential([layers.InputLayer((4,)), *HEADS[name]()])
    with pytest.warns(UserWarning, match="from_logits=True") as caught:
        model.compile("sgd", "categorical_crossentropy")
    assert len(caught) == 1
    x = np.random.default_rng(0).normal(size=(9, 4))
    z = model.predict(x).astype(np.float64)
    rows = np.broadcast_to(np.eye(3)[1], z.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = model.evaluate(x, rows, verbose=0)
        model.fit(x, rows, verbose=0)
    expected = (np.log(np.exp(z).sum(axis=-1)) - z[..., 1]).mean()
    assert value == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "head",
    [
        [layers.Dense(3, activation="relu")],
        [layers.Dense(3), layers.BatchNormalization()],
        [layers.Dense(3), layers.Rescaling(0.5)],
    ],
    ids=["relu", "normalised", "rescaled"],
)
def test_what_cannot_be_proved_is_taken_as_probabilities_with_a_warning(head):
    model = martlet.Sequential([layers.InputLayer((4,)), *head])
    with pytest.warns(UserWarning, match="cannot be told .* from_logits=False"):
        model.compile("sgd", losses.CategoricalCrossentropy())
    x = np.abs(np.random.default_rng(0).normal(size=(9, 4)))
    kernel = np.abs(np.random.default_rng(1).normal(size=(4, 3)))
    head[0].set_weights([kernel, np.zeros(3)])
    p = model.predict(x).astype(np.float64)
    expected = categorical_twin(p, np.eye(3)[np.ones(9, int)])[0].mean()
    assert model.evaluate(x, np.ones(9, int), verbose=0) == pytest.approx(expected, rel=1e-5)


def test_sums_of_linear_heads_are_no_logits_unless_one_says_so():
    model = joined(layers.Add(), None, [[0.1, 0.4], [0.3, 0.2]])
    with pytest.warns(UserWarning, match="cannot be told"):
        model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = np.ones((1, 1)), np.zeros(1, int)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(-np.log(0.4), rel=1e-5)
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(np.log1p(np.exp(0.2)), rel=1e-5)


@pytest.mark.parametrize("told", [None, False])
@pytest.mark.parametrize("function", ["softmax", "sigmoid"])
def test_heads_of_probabilities_need_no_warning(function, told):
    model = martlet.Sequential([layers.Dense(3, activation=function, input_shape=(4,))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.compile("sgd", losses.CategoricalCrossentropy(from_logits=told))
        model.compile("sgd", losses.BinaryCrossentropy(from_logits=told))


def test_from_logits_takes_a_softmax_of_a_softmax_with_a_warning():
    model = martlet.Sequential([layers.Dense(2, activation="softmax", input_shape=(1,))])
    model.layers[0].set_weights([np.zeros((1, 2)), np.log([0.75, 0.25])])
    with pytest.warns(UserWarning, match="Leave from_logits out"):
        model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    value = model.evaluate(np.ones((1, 1)), [0], verbose=0)
    assert value == pytest.approx(np.log1p(np.exp(-0.5)), rel=1e-5)


@pytest.mark.parametrize("batch", [1, 3, 17, 33])
def test_a_sigmoid_is_computed_with_its_loss_however_it_is_written(batch):
    """Logits of 40 lie beyond what probabilities could tell apart."""
    heads = [
        [layers.Dense(1, activation="sigmoid")],
        [layers.Dense(1), layers.Activation("sigmoid")],
        [layers.Dense(1), layers.BatchNormalization(epsilon=1e-12), layers.Activation("sigmoid")],
        [layers.Dense(1), layers.LeakyReLU(), layers.Activation("sigmoid"), layers.Flatten()],
    ]
    for head in heads:
        model = martlet.Sequential([layers.InputLayer((1,)), *head])
        model.compile(martlet.optimizers.SGD(1e-30), "binary_crossentropy")
        model.layers[0].set_weights([[[40.0]], [0.0]])
        x, y = np.ones((batch, 1)), np.zeros(batch)
        assert model.evaluate(x, y, verbose=0) == pytest.approx(40, rel=1e-5)
        # In training the normalised batch is all zeros.
        if not any(isinstance(layer, layers.BatchNormalization) for layer in head):
            assert model.train_on_batch(x, y) == pytest.approx(40, rel=1e-5)
