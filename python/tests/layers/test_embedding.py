"""Tables of vectors."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers


def built(**kwargs):
    model = martlet.Sequential([layers.Embedding(9, 4, input_shape=(5,), **kwargs)])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("batch", [1, 15, 17, 33])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float32])
def test_rows_of_the_table(batch, dtype):
    model = built()
    x = np.random.default_rng(batch).integers(0, 9, size=(batch, 5)).astype(dtype)
    table = model.layers[0].embeddings
    assert table.shape == (9, 4)
    assert np.abs(table).max() <= 0.05
    np.testing.assert_array_equal(model.predict(x), table[x.astype(int)])


@pytest.mark.parametrize("batch", [1, 15, 17, 33])
def test_gradients_add_up_for_each_row(batch):
    source = np.random.default_rng(batch)
    model = built()
    x = source.integers(0, 9, size=(batch, 5))
    y = source.normal(size=(batch, 5, 4)).astype(np.float32)
    model.compute_gradients(x, y)
    table = model.layers[0].embeddings.astype(np.float64)
    expected = np.zeros_like(table)
    np.add.at(expected, x, 2 * (table[x] - y) / y.size)
    np.testing.assert_allclose(model.layers[0].embeddings_gradient, expected, atol=1e-7)


def test_any_shape_of_indices():
    model = martlet.Sequential([layers.Embedding(9, 4, input_shape=(2, 3))])
    assert model.output_shape == (None, 2, 3, 4)
    assert martlet.Sequential([layers.Embedding(9, 4, input_length=7)]).output_shape == (None, 7, 4)


def test_it_comes_back_from_its_configuration():
    layer = layers.Embedding(9, 4, mask_zero=True, embeddings_initializer="zeros")
    copy = layers.Embedding.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()


@pytest.mark.parametrize(("index", "said"), [(9, "9"), (-1, "-1"), (2.5, "2.5")])
def test_wrong_indices_name_layer_sample_and_range(index, said):
    model = built()
    before = model.get_weights()[0]
    x = np.zeros((33, 5), np.float64)
    x[20, 3] = index
    y = np.zeros((33, 5, 4))
    message = rf'Embedding "embedding".*0 to 8.*received {said} at sample 20, place 3'
    for run in (lambda: model.fit(x, y, verbose=0), lambda: model.predict(x)):
        with pytest.raises(ValueError, match=message):
            run()
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_indices_are_not_computed():
    with pytest.raises(ValueError, match=r'"embedding".*straight from an Input.*"dense"'):
        martlet.Sequential([layers.Dense(3, input_shape=(4,)), layers.Embedding(9, 4)]).build(
            (None, 4)
        )


@pytest.mark.parametrize(("name", "value"), [("input_dim", 0), ("output_dim", -1)])
def test_sizes_are_checked(name, value):
    with pytest.raises(ValueError, match=name):
        layers.Embedding(**{"input_dim": 3, "output_dim": 2, name: value})
