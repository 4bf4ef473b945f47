from __future__ import annotations

import numpy as np
import pytest

from api_support import SHAPE, compiled, digits
from martlet.data import Dataset, as_array, packed

READ_IN_PLACE = [np.bool_, np.uint8, np.int32, np.int64, np.float32, np.float64]


@pytest.mark.parametrize("dtype", READ_IN_PLACE)
def test_what_the_engine_reads_is_passed_through(dtype):
    array = np.zeros((6, 3), dtype=dtype)
    assert packed(as_array(array, "x")) is array
    every_second = array[::2]
    assert packed(every_second) is every_second


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16, np.uint32, np.uint64, np.float16])
def test_other_numbers_are_converted_once(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    result = packed(array)
    assert result.dtype in map(np.dtype, READ_IN_PLACE)
    np.testing.assert_array_equal(result, array)


@pytest.mark.parametrize("view", [np.s_[::-1], np.s_[:, ::2], np.s_[:, ::-1]])
def test_samples_are_packed_if_they_are_not(view):
    array = np.arange(24.0).reshape(4, 6)[view]
    result = packed(array)
    assert result is not array
    assert result.flags.c_contiguous
    np.testing.assert_array_equal(result, array)


def test_slices_of_a_dataset_share_memory():
    model = compiled()
    x, y = digits(50)
    data = Dataset.prepare(x, y, model.built_model, model.objectives.losses, np.ones(50))
    head, tail = data.head(40), data.tail(40)
    assert (len(head), len(tail)) == (40, 10)
    assert np.shares_memory(head.inputs[0], x)
    assert np.shares_memory(tail.targets[0], y)
    assert [len(weights) for weights in tail.sample_weight] == [10]
    chosen = data.choose(np.array([1, 2]))
    assert len(chosen) == 2
    assert chosen.inputs[0] is data.inputs[0]


def test_shape_of_what_the_model_reads_is_the_engines():
    assert compiled().built_model.input_shapes == [SHAPE]
