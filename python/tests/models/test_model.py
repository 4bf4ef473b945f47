"""The functional API, and models from their parts."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, classifier, digits
from martlet import layers


def functional():
    inputs = martlet.Input(SHAPE, name="pixels")
    hidden = layers.Dense(16, activation="relu")(layers.Flatten()(inputs))
    return martlet.Model(inputs, layers.Dense(CLASSES, activation="softmax")(hidden), name="net")


def test_a_functional_model_is_the_same_network():
    model, stack = functional(), classifier()
    model.set_weights(stack.get_weights())
    x = digits()[0]
    np.testing.assert_array_equal(model.predict(x), stack.predict(x))
    assert [layer.name for layer in model.layers] == ["pixels", "flatten", "dense", "dense_1"]


def test_it_learns():
    model = functional()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    assert model.fit(*digits(256), epochs=40, verbose=0).history["accuracy"][-1] > 0.9


def test_part_of_a_model_shows_what_is_inside():
    model = functional()
    inside = martlet.Model(model.input, model.layers[2](model.layers[1](model.input)))
    x = digits()[0]
    hidden = inside.predict(x)
    assert hidden.shape == (96, 16)
    layer = model.layers[2]
    expected = np.maximum(x.reshape(96, -1) @ layer.kernel + layer.bias, 0)
    np.testing.assert_allclose(hidden, expected, rtol=1e-5, atol=1e-6)


def test_a_model_is_called_as_a_layer():
    model = functional()
    inputs = martlet.Input((30,))
    outer = martlet.Model(inputs, model(layers.Reshape(SHAPE)(inputs)))
    x = digits()[0]
    np.testing.assert_array_equal(outer.predict(x.reshape(-1, 30)), model.predict(x))


def test_shared_layers_have_one_weight():
    shared = layers.Dense(3)
    inputs = martlet.Input((3,))
    model = martlet.Model(inputs, shared(shared(inputs)))
    assert model.count_params() == 12
    x = np.ones((2, 3))
    kernel = shared.kernel
    np.testing.assert_allclose(model.predict(x), x @ kernel @ kernel, rtol=1e-5)


def test_several_inputs_and_outputs():
    left, right = martlet.Input((3,), name="left"), martlet.Input((2,), name="right")
    model = martlet.Model([left, right], [layers.Dense(4)(left), layers.Dense(1)(right)])
    a, b = np.ones((5, 3)), np.ones((5, 2))
    first, second = model.predict([a, b])
    assert (first.shape, second.shape) == ((5, 4), (5, 1))
    np.testing.assert_array_equal(model.predict({"right": b, "left": a})[0], first)
    with pytest.raises(ValueError, match="left, right"):
        model.predict([a])
    with pytest.raises(ValueError, match="same number of samples"):
        model.predict([a, b[:3]])
    model.compile("sgd", "mse")
    model.fit([a, b], [np.ones((5, 4)), np.ones(5)], verbose=0)
    with pytest.raises(ValueError, match="one for each of the outputs"):
        model.fit([a, b], np.ones((5, 4)), verbose=0)


def test_a_second_model_needs_the_same_sizes():
    layer = layers.Dense(3)
    martlet_model = martlet.Sequential([layers.Input((4,)), layer])
    with pytest.raises(ValueError, match="shared with another model"):
        martlet.Sequential([layers.Input((5,)), layer])
    assert martlet_model.built


@pytest.mark.parametrize("make", [functional, classifier])
def test_configs_round_trip(make):
    model = make()
    copy = type(model).from_config(model.get_config())
    assert copy.get_config() == model.get_config()
    assert [layer.name for layer in copy.layers] == [layer.name for layer in model.layers]
    copy.set_weights(model.get_weights())
    x = digits()[0]
    np.testing.assert_array_equal(copy.predict(x), model.predict(x))


def test_unknown_layers_in_a_config_are_refused():
    config = classifier().get_config()
    config["layers"][0]["class"] = "Flaten"
    with pytest.raises(ValueError, match="layer class"):
        martlet.Sequential.from_config(config)


def test_clones_start_anew():
    model = functional()
    clone = martlet.models.clone_model(model)
    assert clone.get_config() == model.get_config()
    assert (clone.layers[2].kernel != model.layers[2].kernel).any()
    assert clone.layers[2] is not model.layers[2]


def test_a_list_of_layers_is_not_inputs():
    with pytest.raises(TypeError, match=r"martlet\.Sequential"):
        martlet.Model([layers.Flatten()], [layers.Dense(3)])
