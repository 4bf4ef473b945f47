"""Inputs with what Keras's programs say of their batches."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers


@pytest.mark.parametrize(
    "make",
    [
        lambda: martlet.Input(shape=(3, 2)),
        lambda: martlet.Input((3, 2), 8),
        lambda: martlet.Input(batch_shape=(None, 3, 2)),
        lambda: martlet.Input(batch_shape=[8, 3, 2], name="pixels"),
        lambda: layers.InputLayer(batch_shape=(8, 3, 2)).start(),
        lambda: layers.InputLayer((3, 2), batch_size=8).start(),
    ],
)
def test_any_way_to_say_the_shape_makes_the_same_input(make):
    x = make()
    assert x.shape == (None, 3, 2)
    model = martlet.Model(x, layers.Flatten()(x))
    assert model.predict(np.ones((5, 3, 2)), verbose=0).shape == (5, 6)
    assert martlet.Model.from_config(model.get_config()).output_shape == (None, 6)


def test_a_sequential_starts_with_an_input_layer():
    model = martlet.Sequential([layers.InputLayer(batch_shape=(None, 4)), layers.Dense(2)])
    assert model.output_shape == (None, 2)
    copy = layers.InputLayer.from_config(layers.InputLayer(batch_shape=(8, 4)).get_config())
    assert (copy.shape, copy.batch_size) == ([4], 8)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"shape": (3,), "batch_shape": (None, 3)}, ValueError, "batch_shape alone"),
        ({"batch_size": 2, "batch_shape": (None, 3)}, ValueError, "batch_shape alone"),
        ({"batch_shape": ()}, ValueError, r"such as \(None, 28, 28\)"),
        ({"batch_shape": (0, 3)}, ValueError, "batch_size to be a positive integer"),
        ({"batch_shape": (None, 0)}, ValueError, "batch_shape"),
        ({"batch_shape": 3}, TypeError, "batch_shape to be a list"),
        ({"shape": (3,), "batch_size": 0}, ValueError, "batch_size to be a positive integer"),
        ({"shape": 28, "batch_size": 28}, TypeError, r"as in Input\(\(28, 28\)\)"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        martlet.Input(**arguments)
