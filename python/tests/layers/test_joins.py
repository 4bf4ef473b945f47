"""Layers of several inputs, compared with NumPy."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import martlet
from martlet import layers

JOINS = {
    "Add": np.add,
    "Subtract": np.subtract,
    "Multiply": np.multiply,
    "Average": lambda a, b: (a + b) / 2,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
}


def joined(layer, *shapes, dense=False):
    inputs = [martlet.Input(shape) for shape in shapes]
    return martlet.Model(inputs, layer(inputs))


def data(*shapes, count=7):
    generator = np.random.default_rng(1)
    return [generator.normal(size=(count, *shape)).astype(np.float32) for shape in shapes]


@pytest.mark.parametrize("count", [1, 7, 17])
@pytest.mark.parametrize("name", JOINS)
def test_outputs(name, count):
    x = data((3, 5), (3, 5), count=count)
    model = joined(getattr(layers, name)(), (3, 5), (3, 5))
    np.testing.assert_allclose(model.predict(x), JOINS[name](*x), rtol=1e-6)


@pytest.mark.parametrize("name", [name for name in JOINS if name not in ("Subtract", "Average")])
def test_more_inputs(name):
    x = data(*[(4,)] * 5)
    model = joined(getattr(layers, name)(), *[(4,)] * 5)
    np.testing.assert_allclose(model.predict(x), functools.reduce(JOINS[name], x), rtol=1e-5)
    average = joined(layers.Average(), *[(4,)] * 5)
    np.testing.assert_allclose(average.predict(x), np.mean(x, axis=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", JOINS)
def test_small_shapes_are_repeated(name):
    x = data((2, 3, 4), (1, 1, 4))
    model = joined(getattr(layers, name)(), (2, 3, 4), (1, 1, 4))
    assert model.output_shape == (None, 2, 3, 4)
    np.testing.assert_allclose(model.predict(x), JOINS[name](*x), rtol=1e-6)


@pytest.mark.parametrize(("axis", "numpy_axis"), [(-1, 2), (1, 1), (2, 2), (-2, 1)])
def test_concatenate(axis, numpy_axis):
    shapes = [(2, 3), (2, 3), (2, 3)]
    shapes[1] = (2, 5) if numpy_axis == 2 else (4, 3)
    x = data(*shapes)
    model = joined(layers.Concatenate(axis=axis), *shapes)
    np.testing.assert_array_equal(model.predict(x), np.concatenate(x, axis=numpy_axis))
    copy = martlet.Model.from_config(model.get_config())
    np.testing.assert_array_equal(copy.predict(x), model.predict(x))


def test_functions_are_the_layers():
    x, y = martlet.Input((4,)), martlet.Input((4,))
    for name in (*JOINS, "Concatenate"):
        tensor = getattr(layers, name.lower())([x, y], name="joined")
        assert type(tensor.node.layer).__name__ == name
        assert tensor.node.layer.name == "joined"


def test_arithmetic_is_layers():
    x, y = martlet.Input((4,)), martlet.Input((4,))
    formulas = [
        lambda a, b: a + b,
        lambda a, b: a - b * 3,
        lambda a, b: a * b - 1,
        lambda a, b: 1 - a / 2 + 2 * b,
        lambda a, b: -a + np.float32(2) * b,
    ]
    values = data((4,), (4,))
    for formula in formulas:
        model = martlet.Model([x, y], formula(x, y))
        np.testing.assert_allclose(model.predict(values), formula(*values), rtol=1e-5, atol=1e-6)
    with pytest.raises(TypeError):
        x + "text"
    with pytest.raises(TypeError, match=r"numpy\.exp"):
        np.exp(x)


def test_gradients_of_a_residual_network_are_finite_differences():
    x = martlet.Input((5,))
    hidden = layers.Dense(5, activation="tanh", name="first")(x)
    hidden = layers.ReLU()(layers.add([hidden, layers.Dense(5, name="second")(hidden)]))
    hidden = layers.multiply([hidden, layers.Dense(5, activation="sigmoid", name="gate")(hidden)])
    model = martlet.Model(x, layers.Dense(2, name="head")(layers.concatenate([hidden, x])))
    model.compile("sgd", "mse")
    inputs, targets = data((5,), (2,), count=17)
    model.compute_gradients(inputs, targets)

    def loss(name, index, step):
        weights = {
            layer.name: [w.astype(np.float64) for w in layer.get_weights()]
            for layer in model.layers
        }
        weights[name][0].flat[index] += step

        def dense(layer, values):
            return values @ weights[layer][0] + weights[layer][1]

        first = np.tanh(dense("first", inputs))
        total = np.maximum(first + dense("second", first), 0)
        gated = total / (1 + np.exp(-dense("gate", total)))
        head = dense("head", np.concatenate([gated, inputs], axis=1))
        return np.mean((head - targets) ** 2)

    for name in ("first", "second", "gate", "head"):
        gradient = model.get_layer(name).gradients["kernel"]
        for index in range(0, gradient.size, 3):
            slope = (loss(name, index, 1e-6) - loss(name, index, -1e-6)) / 2e-6
            assert gradient.flat[index] == pytest.approx(slope, rel=1e-3, abs=1e-5), name


def test_shapes_that_differ_name_both_layers():
    x = martlet.Input((4,), name="left")
    wide = layers.Dense(5, name="wide")(x)
    for layer in (layers.Add(name="sum"), layers.Subtract(name="sum"), layers.Maximum(name="sum")):
        with pytest.raises(ValueError, match='"sum"') as caught:
            martlet.Model(x, layer([x, wide]))
        for part in ("(batch, 4)", "(batch, 5)", '"left"', '"wide"'):
            assert part in str(caught.value)
    image = martlet.Input((2, 3))
    with pytest.raises(ValueError, match="axis"):
        martlet.Model([x, image], layers.Concatenate()([x, image]))
    for axis in (0, 2, -2):
        with pytest.raises(ValueError, match=f"received {axis}"):
            martlet.Model(x, layers.Concatenate(axis=axis)([x, wide]))


def test_wrong_calls():
    x = martlet.Input((4,))
    with pytest.raises(TypeError, match="list of symbolic tensors"):
        layers.Add()(x)
    with pytest.raises(ValueError, match="expected 2 inputs, received 3"):
        layers.Subtract()([x, x, x])
    with pytest.raises(ValueError, match="at least 1"):
        layers.Add()([])
    with pytest.raises(TypeError, match="symbolic"):
        layers.Add()([x, np.ones((2, 4))])
    with pytest.raises(TypeError, match="integer"):
        layers.Concatenate(axis="last")
