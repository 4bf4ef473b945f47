from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers


def test_shapes_are_known_before_a_model_is():
    x = martlet.Input((4, 3), name="pixels")
    y = layers.Dense(2)(layers.Dense(5)(layers.Flatten()(x)))
    assert x.shape == (None, 4, 3)
    assert y.shape == (None, 2)
    assert "Dense" in repr(y)


def test_shapes_that_do_not_fit_name_the_layer():
    tensor = layers.Reshape((5, 5))(martlet.Input((4, 3)))
    with pytest.raises(ValueError, match='Reshape "reshape"'):
        tensor.shape  # noqa: B018


def test_numpy_is_told_why_not():
    with pytest.raises(TypeError, match="holds no numbers"):
        np.asarray(martlet.Input((3,)))


def test_an_input_that_is_missing():
    x, y = martlet.Input((3,), name="left"), martlet.Input((3,), name="right")
    with pytest.raises(ValueError, match=r'"left".*not among the inputs'):
        martlet.Model(y, layers.Dense(2)(x))
    with pytest.raises(ValueError, match='"right" leads to no output'):
        martlet.Model([x, y], layers.Dense(2)(x))
    hidden = layers.Dense(2)(x)
    with pytest.raises(ValueError, match=r"come from martlet\.Input"):
        martlet.Model(hidden, layers.Dense(2)(hidden))


def test_a_deep_network_is_no_deep_recursion():
    tensor = start = martlet.Input((2,))
    for _ in range(3000):
        tensor = layers.Rescaling(1.0)(tensor)
    assert len(martlet.Model(start, tensor).layers) == 3001
