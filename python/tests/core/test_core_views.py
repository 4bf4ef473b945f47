"""NumPy arrays over the engine's memory: aliasing, lifetime, bounds, writability."""

from __future__ import annotations

import gc
import json

import numpy as np
import pytest

from core_support import CONFIGURATION

PARAMETERS, GRADIENTS, SLOT = 0, 1, 2


def kernel_of(core):
    """(offset, shape) of the first kernel."""
    layers = json.loads(core.describe())["layers"]
    kernel = next(layer["parameters"][0] for layer in layers if layer["parameters"])
    assert kernel["name"] == "kernel"
    return kernel["offset"], tuple(kernel["shape"])


def storage_count(core):
    return json.loads(core.describe())["parameter_storage"]


def test_two_views_of_one_kernel_are_one_memory(core):
    offset, shape = kernel_of(core)
    writable = core.view(PARAMETERS, offset, shape, True)
    readable = core.view(PARAMETERS, offset, shape, False)
    writable[2, 3] = 42
    assert readable[2, 3] == 42
    assert readable.shape == shape
    assert readable.dtype == np.float32
    assert np.shares_memory(writable, readable)


def test_a_kernel_is_a_window_of_the_flat_buffer(core):
    offset, shape = kernel_of(core)
    everything = core.view(PARAMETERS, 0, (storage_count(core),), False)
    kernel = core.view(PARAMETERS, offset, shape, False)
    assert np.shares_memory(everything, kernel)
    np.testing.assert_array_equal(everything[offset : offset + kernel.size], kernel.ravel())


def test_views_follow_training(core, samples, train):
    offset, shape = kernel_of(core)
    view = core.view(PARAMETERS, offset, shape, False)
    before = view.copy()
    train(core, *samples)
    assert (view != before).any()


def test_prediction_reads_what_was_written_through_a_view(core, samples):
    everything = core.view(PARAMETERS, 0, (storage_count(core),), True)
    everything[:] = 0
    (outputs,) = core.predict([samples[0]], None, 32, 0.0, None)
    np.testing.assert_allclose(outputs, 1 / 3, rtol=1e-6)


def test_gradients_and_slots_are_views_too(core, samples, train):
    offset, shape = kernel_of(core)
    gradients = core.view(GRADIENTS, offset, shape, False)
    velocity = core.view(SLOT, offset, shape, False)
    assert not velocity.any()
    x, y = samples
    core.gradients([x[:16]], [y[:16]], None, False)
    assert gradients.any()
    train(core, x, y)
    assert velocity.any()
    assert not np.shares_memory(gradients, velocity)


def test_a_view_outlives_its_model(new_core):
    core = new_core(units=64)
    offset, shape = kernel_of(core)
    view = core.view(PARAMETERS, offset, shape, True)
    expected = view.copy()
    del core
    gc.collect()
    others = [new_core(units=64, seed=seed) for seed in range(20)]
    np.testing.assert_array_equal(view, expected)
    view[:] = 5
    assert all((other.view(PARAMETERS, offset, shape, False) != 5).all() for other in others)


def test_a_slice_outlives_the_view_and_the_model(new_core):
    core = new_core(units=64)
    offset, shape = kernel_of(core)
    expected = core.view(PARAMETERS, offset, shape, False)[1:3].copy()
    part = core.view(PARAMETERS, offset, shape, False)[1:3]
    del core
    gc.collect()
    new_core(units=64, seed=9)
    np.testing.assert_array_equal(part, expected)


def test_old_slots_outlive_a_second_compile(core, samples, train):
    offset, shape = kernel_of(core)
    train(core, *samples)
    velocity = core.view(SLOT, offset, shape, False)
    expected = velocity.copy()
    core.compile(CONFIGURATION)
    np.testing.assert_array_equal(velocity, expected)
    assert not core.view(SLOT, offset, shape, False).any()


def test_read_only_views_cannot_be_written_or_made_writable(core):
    view = core.view(PARAMETERS, *kernel_of(core), False)
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        view.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        np.copyto(view.T, 0)


@pytest.mark.parametrize(
    ("offset", "shape"),
    [
        (-1, (2,)),
        (1, None),
        (0, (2**40, 2**40)),
        (0, (2**62, 2, 2)),
        (2**63 - 1, (1,)),
        (2**63 - 1, (2**63 - 1,)),
        (0, (-1,)),
        (0, (-2, -2)),
    ],
)
def test_windows_outside_the_storage_are_refused(core, offset, shape):
    with pytest.raises(ValueError, match="expected"):
        core.view(PARAMETERS, offset, shape or (storage_count(core),), False)


@pytest.mark.parametrize("shape", [[2], 2, None, (1,) * 9, (1.5,), ("2",)])
def test_shapes_that_are_no_tuples_of_integers_are_refused(core, shape):
    with pytest.raises(TypeError):
        core.view(PARAMETERS, 0, shape, False)


def test_the_ends_of_the_storage_can_be_viewed(core):
    count = storage_count(core)
    assert core.view(PARAMETERS, count, (0,), False).size == 0
    assert core.view(PARAMETERS, count - 1, (1,), False).size == 1
    assert core.view(PARAMETERS, 0, (), False).shape == ()


@pytest.mark.parametrize("which", [-1, 3, 2**31 - 1])
def test_storages_that_do_not_exist_are_refused(core, which):
    with pytest.raises((ValueError, RuntimeError)):
        core.view(which, 0, (1,), False)
