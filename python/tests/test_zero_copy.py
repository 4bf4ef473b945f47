"""Weights and gradients are views of the engine's memory; data is read where it lies."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from api_support import SHAPE, compiled, digits


def address(array):
    return array.__array_interface__["data"][0]


def test_a_kernel_is_a_view_not_a_copy():
    dense = compiled().layers[1]
    assert address(dense.kernel) == address(dense.kernel)
    assert not dense.kernel.flags.owndata
    assert dense.kernel.dtype == np.float32


def test_a_view_follows_training():
    model = compiled()
    kernel = model.layers[1].kernel
    before = kernel.copy()
    model.fit(*digits(), verbose=0)
    assert (kernel != before).any()
    np.testing.assert_array_equal(kernel, model.layers[1].kernel)


def test_a_view_outlives_its_model():
    model = compiled()
    kernel = model.layers[1].kernel
    expected = kernel.copy()
    del model
    gc.collect()
    waste = [np.full(kernel.size, 7, dtype=np.float32) for _ in range(20)]
    np.testing.assert_array_equal(kernel, expected)
    del waste


@pytest.mark.parametrize("name", ["kernel", "bias", "kernel_gradient", "bias_gradient"])
def test_views_are_read_only(name):
    view = getattr(compiled().layers[1], name)
    assert not view.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        view[...] = 0
    with pytest.raises(ValueError, match="WRITEABLE"):
        view.flags.writeable = True


def test_gradients_appear_in_views_held_from_before():
    model = compiled()
    gradient = model.layers[3].kernel_gradient
    assert not gradient.any()
    model.compute_gradients(*digits())
    assert gradient.any()
    np.testing.assert_array_equal(gradient, model.layers[3].gradients["kernel"])


def test_all_weights_lie_in_one_buffer():
    model = compiled()
    flat = model.built_model.buffer()
    low, high = address(flat), address(flat) + flat.nbytes
    assert all(low <= address(view) < high for view in model.weights)


def test_get_weights_is_a_snapshot():
    model = compiled()
    snapshot = model.get_weights()
    kept = [array.copy() for array in snapshot]
    model.fit(*digits(), verbose=0)
    for array, copy in zip(snapshot, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.float32, np.float64])
def test_data_is_not_copied(dtype):
    model = compiled()
    x = np.zeros((20000, *SHAPE), dtype=dtype)
    y = np.zeros(20000, dtype=np.uint8)
    model.fit(x[:64], y[:64], verbose=0)
    tracemalloc.start()
    model.fit(x, y, batch_size=5000, validation_split=0.1, verbose=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 4


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x[::2],
        lambda x: x[:, ::-1][:, ::-1],
        lambda x: np.asfortranarray(x),
        lambda x: x[::-1],
        lambda x: x.astype(np.float16),
        lambda x: x.astype(">f8"),
        lambda x: x.astype(np.longdouble),
        lambda x: x.tolist(),
    ],
)
def test_arrays_of_any_layout_give_the_same_numbers(change):
    model = compiled()
    x = digits(24)[0].astype(np.float16).astype(np.float64)
    changed = change(x)
    plain = np.array(changed, dtype=np.float32)
    np.testing.assert_array_equal(model.predict(changed), model.predict(plain))


def test_read_only_data_is_fine():
    x, y = digits()
    x.flags.writeable = y.flags.writeable = False
    compiled().fit(x, y, verbose=0)


def test_data_is_only_read():
    x, y = digits()
    copies = x.copy(), y.copy()
    compiled().fit(x, y, verbose=0, validation_split=0.2)
    np.testing.assert_array_equal(x, copies[0])
    np.testing.assert_array_equal(y, copies[1])
