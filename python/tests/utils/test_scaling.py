"""Rows of length one, and features of mean 0 and deviation 1."""

from __future__ import annotations

import numpy as np
import pytest

from martlet.utils import normalize, standardize


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalize_divides_by_numpys_norm(axis, order):
    x = np.random.default_rng(2).normal(size=(5, 4, 3))
    expected = x / np.linalg.norm(x, order, axis, keepdims=True)
    np.testing.assert_allclose(normalize(x, axis, order), expected, rtol=1e-6)


def test_normalize_keeps_zeros_and_takes_any_size():
    np.testing.assert_array_equal(normalize([[0, 0], [0, 2]]), [[0, 0], [0, 1]])
    np.testing.assert_allclose(normalize([3e38, 3e38], order=9), [2 ** (-1 / 9)] * 2, rtol=1e-6)
    np.testing.assert_allclose(normalize([3e-38, 4e-38]), [0.6, 0.8], rtol=1e-6)
    assert normalize(np.uint8([200, 0])).tolist() == [1, 0]


def test_normalize_refuses():
    with pytest.raises(ValueError, match="normalize: expected axis"):
        normalize([[1.0]], axis=2)
    with pytest.raises(ValueError, match="normalize: expected order to be a positive integer"):
        normalize([1.0], order=0)
    with pytest.raises(ValueError, match="x: expected finite numbers"):
        normalize([1.0, np.nan])


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_standardize_gives_mean_0_and_deviation_1(dtype):
    x = (np.random.default_rng(3).random((5000, 3, 2)) * 250).astype(dtype)
    y, mean, std = standardize(x)
    wide = x.astype(np.float64)
    np.testing.assert_allclose(mean, wide.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(std, wide.std(axis=0), rtol=1e-6)
    np.testing.assert_allclose(y, (wide - wide.mean(axis=0)) / wide.std(axis=0), atol=2e-6)
    assert y.dtype == mean.dtype == std.dtype == np.float32


def test_standardize_keeps_its_digits_far_from_zero():
    """In float32 sums of 10,000 numbers near 1e4 lose the deviation."""
    x = (1e4 + np.arange(10_000) % 2).astype(np.float32)
    _, mean, std = standardize(x)
    assert (float(mean), float(std)) == (10_000.5, 0.5)


def test_standardize_uses_what_training_data_gave():
    _, mean, std = standardize([[1.0, 5.0], [3.0, 5.0]])
    np.testing.assert_array_equal(std, [1, 1])
    np.testing.assert_array_equal(standardize([[5, 6]], mean, std)[0], [[3, 1]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2.0]], [0.0, 0.0]), "received only one"),
        (([[1.0, 2.0]], [0.0] * 3, [1.0] * 3), r"mean of shape \(2,\)"),
        (([[1.0, 2.0]], [0.0] * 2, [1.0, 0.0]), "std above 0"),
        (([[1.0, np.inf]],), "x: expected finite numbers"),
        ((3.0,), "samples"),
        ((np.zeros((0, 2)),), "samples"),
    ],
)
def test_standardize_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        standardize(*arguments)
