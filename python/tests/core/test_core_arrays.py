"""Arrays into the engine: what is read in place, what is converted, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from martlet import _core

REFERENCE = np.random.default_rng(3).integers(0, 100, size=(40, 12))


def predict(core, x, rows=None):
    return core.predict([x], rows, 16, 0.0, None)[0]


@pytest.fixture
def expected(core):
    return predict(core, REFERENCE.astype(np.float32))


NUMERIC = "int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 longdouble"


@pytest.mark.parametrize("dtype", [*NUMERIC.split(), ">f4", ">f8", ">i4", ">i8", ">u2"])
def test_every_real_dtype_means_its_numbers(core, expected, dtype):
    np.testing.assert_allclose(predict(core, REFERENCE.astype(dtype)), expected, rtol=1e-6)


def test_booleans_are_zero_and_one(core):
    mask = REFERENCE > 50
    np.testing.assert_array_equal(predict(core, mask), predict(core, mask.astype(np.uint8)))


def misaligned(array):
    packed = np.empty(array.nbytes + 1, np.uint8)[1:]
    view = packed.view(array.dtype).reshape(array.shape)
    view[:] = array
    assert not view.flags.aligned
    return view


class Subclass(np.ndarray):
    pass


def read_only(array):
    array.flags.writeable = False
    return array


LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "every second row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "columns of a wider array": lambda a: np.pad(a, ((0, 0), (3, 5)))[:, 3:-5],
    "every second column": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "reversed rows": lambda a: a[::-1].copy()[::-1],
    "reversed columns": lambda a: a[:, ::-1].copy()[:, ::-1],
    "misaligned": misaligned,
    "read-only": read_only,
    "a list": np.ndarray.tolist,
    "a subclass": lambda a: a.view(Subclass),
}


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_gives_the_same_result(core, expected, layout, dtype):
    if layout == "misaligned" and dtype == np.uint8:
        pytest.skip("bytes are always aligned")
    x = LAYOUTS[layout](REFERENCE.astype(dtype))
    np.testing.assert_allclose(predict(core, x), expected, rtol=1e-6)


def test_one_row_repeated_by_broadcasting(core):
    row = REFERENCE[:1].astype(np.float32)
    outputs = predict(core, np.broadcast_to(row, (20, 12)))
    np.testing.assert_array_equal(outputs, np.repeat(predict(core, row), 20, axis=0))


def test_overlapping_windows(core):
    line = np.arange(60, dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(line, 12)
    np.testing.assert_array_equal(predict(core, windows), predict(core, windows.copy()))


def test_a_memory_map_is_read(core, expected, tmp_path):
    stored = np.memmap(tmp_path / "x", np.float32, "w+", shape=REFERENCE.shape)
    stored[:] = REFERENCE
    mapped = np.memmap(tmp_path / "x", np.float32, "r", shape=REFERENCE.shape)
    np.testing.assert_array_equal(predict(core, mapped), expected)


def test_images_need_not_be_flat(new_core):
    core = new_core(shape=(3, 4))
    flat = new_core(shape=(12,))
    x = REFERENCE.astype(np.uint8)
    cube = np.zeros((40, 5, 4), np.uint8)
    cube[:, 1:4] = x.reshape(40, 3, 4)
    np.testing.assert_array_equal(predict(core, cube[:, 1:4]), predict(flat, x))


@pytest.mark.parametrize("layout", ["every second row", "reversed rows"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float64, ">i4"])
def test_labels_of_any_layout_train_alike(new_core, samples, train, parameters, layout, dtype):
    x, y = samples
    plain, other = new_core(), new_core()
    train(plain, x, y)
    train(other, x, LAYOUTS[layout](y[:, None].astype(dtype))[:, 0])
    np.testing.assert_array_equal(parameters(other), parameters(plain))


@pytest.mark.parametrize(
    ("array", "named"),
    [
        (REFERENCE.astype(complex), "complex128"),
        (REFERENCE.astype(object), "object"),
        (REFERENCE.astype(str), "<U21"),
        (REFERENCE.astype(bytes), "S21"),
        (REFERENCE.astype("m8[s]"), "timedelta64"),
        (REFERENCE.astype("M8[s]"), "datetime64"),
        (np.zeros((2, 12), "f4,f4"), "f0"),
    ],
)
def test_other_dtypes_are_refused_by_name(core, array, named):
    with pytest.raises(TypeError, match="received dtype") as refusal:
        predict(core, array)
    assert "inputs[0]" in str(refusal.value)
    assert named in str(refusal.value)


def test_what_no_signed_integer_holds_is_read_as_a_double(core):
    x = REFERENCE.astype(np.uint64)
    x[5, 5] = 2**63 + 7
    np.testing.assert_array_equal(predict(core, x), predict(core, x.astype(np.float64)))


@pytest.mark.parametrize(
    "layout", [name for name in LAYOUTS if name not in ("a list", "misaligned")]
)
@pytest.mark.parametrize("dtype", ["?", "u1", "i4", "i8", "f4", "f8", "i2", "u8", "f2", ">f4"])
def test_readable_copies_only_what_cannot_be_read_in_place(layout, dtype):
    array = LAYOUTS[layout](REFERENCE.astype(dtype))
    readable = _core.readable(array)
    np.testing.assert_array_equal(readable.astype(np.float64), array.astype(np.float64))
    assert _core.readable(readable) is readable
    strides, row = array.strides, array[0]
    lies_in_order = row.flags.c_contiguous and strides[0] >= row.nbytes
    is_read = array.dtype in map(np.dtype, ("?", "u1", "i4", "i8", "f4", "f8"))
    assert (readable is array) == (lies_in_order and is_read)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float32, np.uint64])
def test_the_first_wrong_label_is_found(dtype):
    labels = np.arange(12).reshape(4, 3).astype(dtype)
    assert _core.find_wrong_label(labels, 12) is None
    assert _core.find_wrong_label(labels, 7) == (2, 1)
    assert _core.find_wrong_label(labels[:, 0], 1) == (1, 0)
    if np.dtype(dtype).kind == "f":
        labels[1, 2] = 0.5
        assert _core.find_wrong_label(labels, 12) == (1, 2)
        labels[1, 2] = np.nan
        assert _core.find_wrong_label(labels, 12) == (1, 2)


@pytest.mark.parametrize("x", [np.float32(1), np.zeros((1,) * 9), np.zeros((0, 12)), []])
def test_ranks_and_sizes_that_make_no_batch_are_refused(core, x):
    with pytest.raises(ValueError, match="expected"):
        predict(core, x)


@pytest.mark.parametrize("inputs", [(), [], [REFERENCE, REFERENCE], [REFERENCE] * 33])
def test_the_number_of_inputs_is_checked(core, inputs):
    with pytest.raises(ValueError, match="input"):
        core.predict(inputs, None, 16, 0.0, None)


@pytest.mark.parametrize("inputs", [None, 3, object()])
def test_inputs_must_be_a_sequence(core, inputs):
    with pytest.raises(TypeError, match="list or tuple"):
        core.predict(inputs, None, 16, 0.0, None)


def test_rows_choose_samples_in_their_order(core, expected):
    rows = np.array([7, 3, 3, 39], np.int32)
    np.testing.assert_array_equal(predict(core, REFERENCE, rows), expected[rows])
    np.testing.assert_array_equal(predict(core, REFERENCE, rows.tolist()), expected[rows])


@pytest.mark.parametrize("row", [-1, 40, 2**62, -(2**62)])
def test_rows_outside_the_samples_are_refused(core, row):
    with pytest.raises(ValueError, match="rows"):
        predict(core, REFERENCE, np.array([0, row]))


@pytest.mark.parametrize("rows", [np.ones(40, bool), np.zeros(3), ["a"]])
def test_rows_must_be_integers(core, rows):
    with pytest.raises(TypeError, match="rows: expected integers"):
        predict(core, REFERENCE, rows)


def test_rows_must_have_one_axis(core):
    with pytest.raises(ValueError, match="one axis"):
        predict(core, REFERENCE, np.zeros((2, 2), int))


@pytest.mark.parametrize("weights", [np.ones(199), np.ones((200, 1, 1)), np.float32(1)])
def test_sample_weights_must_match_the_samples(core, samples, train, weights):
    with pytest.raises(ValueError, match="200 samples"):
        train(core, *samples, sample_weight=weights)


def test_weights_of_zero_and_one_choose_samples(new_core, samples, parameters):
    x, y = (array[:16] for array in samples)
    weighted, chosen = new_core(), new_core()
    weights = np.repeat([2, 0], 8)
    first = weighted.gradients([x], [y], weights, False)
    second = chosen.gradients([x[:8]], [y[:8]], None, False)
    assert first[0] == pytest.approx(second[0], rel=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f8", np.float16])
def test_check_finite_names_the_array_and_the_sample(bad, dtype):
    x = REFERENCE.astype(dtype)
    _core.check_finite(x, "x")
    x[17, 4] = bad
    x[23, 0] = bad
    with pytest.raises(ValueError, match=r"x .*2 of 40.*17"):
        _core.check_finite(x, "x")


def test_check_finite_passes_integers():
    _core.check_finite(REFERENCE, "x")
