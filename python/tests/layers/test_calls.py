"""`layer.input` and `layer.output`."""

import numpy as np
import pytest

import martlet
from martlet import layers


def stack() -> martlet.Sequential:
    return martlet.Sequential([layers.Dense(4, activation="relu", input_shape=(3,))])


def test_looks_inside_a_network_and_shares_its_weights() -> None:
    model = stack()
    model.add(layers.Dense(2))
    inside = martlet.Model(model.input, model.layers[0].output)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    hidden = np.maximum(x @ model.layers[0].kernel + model.layers[0].bias, 0)
    np.testing.assert_allclose(inside.predict(x, verbose=0), hidden, rtol=1e-5, atol=1e-6)


def test_first_use_counts() -> None:
    shared, x = layers.Dense(3), martlet.Input((3,))
    first = shared(x)
    second = shared(first)
    assert shared.input is x
    assert shared.output is first
    assert second is not first


def test_a_stack_that_grew_gives_what_it_reads_now() -> None:
    model = stack()
    before = model.layers[0].output
    model.add(layers.Dense(2))
    assert model.layers[1].input is model.layers[0].output
    assert model.layers[0].output is not before


def test_a_layer_without_a_network_says_what_to_do() -> None:
    with pytest.raises(AttributeError, match=r'Dense "dense" has no output yet.*input_shape'):
        _ = layers.Dense(3).output
