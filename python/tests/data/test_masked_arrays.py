"""NumPy's masked arrays: what is under the mask is never taken for data."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import activations, utils

X, Y = digits(32)


def masked(array):
    """The array with its first value masked."""
    result = np.ma.masked_array(array, mask=np.zeros(np.shape(array), bool))
    result[(0,) * result.ndim] = np.ma.masked
    return result


MODEL = compiled()
WEIGHTS = MODEL.get_weights()

CALLS = {
    "x": lambda: MODEL.fit(masked(X), Y, verbose=0),
    "y": lambda: MODEL.fit(X, masked(Y), verbose=0),
    "sample_weight": lambda: MODEL.fit(X, Y, sample_weight=masked(np.ones(32)), verbose=0),
    "validation_data[0]": lambda: MODEL.fit(X, Y, validation_data=(masked(X), Y), verbose=0),
    "validation_data[1]": lambda: MODEL.fit(X, Y, validation_data=(X, masked(Y)), verbose=0),
    "stratify": lambda: MODEL.fit(X, Y, validation_split=0.5, stratify=masked(Y), verbose=0),
    "x in a list": lambda: MODEL.predict([masked(image) for image in X]),
    "x in lists": lambda: MODEL.predict([[masked(row) for row in image] for image in X]),
    "x of evaluate": lambda: MODEL.evaluate(masked(X), Y, verbose=0),
    "x of train_on_batch": lambda: MODEL.train_on_batch(masked(X), Y),
    "y of test_on_batch": lambda: MODEL.test_on_batch(X, masked(Y)),
    "y of compute_gradients": lambda: MODEL.compute_gradients(X, masked(Y)),
    "set_weights": lambda: MODEL.set_weights([masked(array) for array in WEIGHTS]),
    "assign": lambda: MODEL.layers[1].assign("kernel", masked(WEIGHTS[0])),
    "to_categorical": lambda: utils.to_categorical(masked(Y)),
    "stratified_split": lambda: utils.stratified_split(masked(Y), 0.5),
    "relu": lambda: activations.relu(masked(X)),
}


@pytest.mark.parametrize("name", CALLS)
def test_masked_values_are_refused(name):
    before = MODEL.get_weights()
    with pytest.raises(ValueError, match=r"masked.*filled"):
        CALLS[name]()
    for now, then in zip(MODEL.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize(
    "x",
    [
        np.ma.masked_array(X.astype(object), mask=X > 0.5),
        np.ma.masked_array(np.zeros(32, dtype=[("a", "f4")]), mask=True),
        np.array([masked(X[0]), masked(X[1]), None], dtype=object),
    ],
    ids=["object", "structured", "arrays of arrays"],
)
def test_masks_are_seen_in_other_dtypes_too(x):
    with pytest.raises((ValueError, TypeError), match=r"masked|expected numbers"):
        MODEL.predict(x)


def test_a_mask_that_hides_nothing_is_no_hindrance():
    plain = np.ma.masked_array(X, mask=False)
    np.testing.assert_array_equal(MODEL.predict(plain), MODEL.predict(X))
    np.testing.assert_array_equal(MODEL.predict(masked(X).filled(0.0)).shape, (32, 4))


def test_a_masked_number_is_no_number():
    with pytest.raises(TypeError, match="a number"):
        martlet.initializers.Constant(np.ma.masked)
