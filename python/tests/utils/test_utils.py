from __future__ import annotations

import random

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet.utils import set_random_seed, stratified_split, to_categorical


def test_to_categorical():
    np.testing.assert_array_equal(to_categorical([2, 0]), [[0, 0, 1], [1, 0, 0]])
    assert to_categorical([[1], [2]], 5).shape == (2, 5)
    assert to_categorical(np.uint8([[1, 2], [0, 1]])).shape == (2, 2, 3)
    assert to_categorical([1]).dtype == np.float32


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0.5, 1]])
def test_to_categorical_refuses(labels):
    with pytest.raises(ValueError, match="expected"):
        to_categorical(labels, 3)


def test_to_categorical_has_no_room_for_too_many_classes():
    """NumPy said that its array was too big, and nothing of classes."""
    with pytest.raises(MemoryError, match="num_classes=9223372036854775807"):
        to_categorical([0, 1], 2**63 - 1)


def test_a_seed_repeats_everything():
    def run():
        set_random_seed(11)
        model = compiled("adam", dropout=0.3)
        model.fit(
            *digits(128), batch_size=16, epochs=3, verbose=0, validation_split=0.2, stratify=True
        )
        return [*model.get_weights(), random.random(), np.random.random()]  # noqa: NPY002

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_models_of_one_seed_differ():
    set_random_seed(11)
    first, second = compiled(), compiled()
    assert (first.layers[1].kernel != second.layers[1].kernel).any()


def test_without_a_seed_models_differ():
    assert martlet.Sequential().seed != martlet.Sequential().seed


def test_threads_do_not_change_results():
    def run(threads):
        martlet.set_num_threads(threads)
        set_random_seed(12)
        model = compiled("adam", dropout=0.3, units=64)
        model.fit(*digits(300), batch_size=64, epochs=2, verbose=0)
        return model.get_weights()

    before = martlet.get_num_threads()
    try:
        for first, second in zip(run(1), run(2), strict=True):
            np.testing.assert_array_equal(first, second)
    finally:
        martlet.set_num_threads(before)


@pytest.mark.parametrize("kind", ["integers", "one-hot", "names"])
def test_stratified_split_keeps_shares(kind):
    labels = np.repeat([0, 1, 2], [100, 50, 10])
    given = {"integers": labels, "one-hot": to_categorical(labels), "names": labels.astype(str)}
    train, held = stratified_split(given[kind], 0.2, seed=1)
    assert np.bincount(labels[held]).tolist() == [20, 10, 2]
    assert sorted([*train, *held]) == list(range(160))
    assert (np.diff(held) > 0).all()


def test_stratified_split_spares_a_class_of_one():
    train, held = stratified_split([0] * 10 + [1], 0.3, seed=1)
    assert 10 in train
    assert len(held) == 3


def test_stratified_split_refuses():
    with pytest.raises(ValueError, match="cannot be split"):
        stratified_split([0, 1, 2], 0.5)
    with pytest.raises(ValueError, match="fraction"):
        stratified_split([0, 0], 1.5)


@pytest.mark.parametrize(
    "labels",
    [
        np.random.default_rng(0).integers(0, 4, (40, 5)),
        np.random.default_rng(0).integers(0, 2, (40, 4)),
        np.random.default_rng(0).normal(size=(40, 3)),
        np.eye(3)[np.random.default_rng(0).integers(0, 3, (40, 5))],
        [["a", "b"], ["b", "a"]] * 20,
    ],
    ids=["sequences", "several answers", "numbers", "sequences of rows", "names"],
)
def test_stratified_split_takes_no_row_for_a_class_that_it_does_not_name(labels):
    """The place of the largest number was taken for the class, whatever the row meant."""
    with pytest.raises(ValueError, match="one label for each row"):
        stratified_split(labels, 0.25)


def test_stratify_refuses_a_label_for_each_step():
    generator = np.random.default_rng(0)
    model = martlet.Sequential([martlet.layers.Dense(3, activation="softmax", input_shape=(5, 2))])
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = generator.normal(size=(40, 5, 2)), generator.integers(0, 3, (40, 5))
    before = model.get_weights()
    with pytest.raises(ValueError, match="one label for each row"):
        model.fit(x, y, validation_split=0.25, stratify=True, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    model.fit(x, y, validation_split=0.25, stratify=y[:, 0], verbose=0)


def test_stratified_split_takes_shares_and_columns():
    labels = np.repeat([0, 1], [30, 10])
    for given in (labels[:, None], 0.9 * np.eye(2)[labels] + 0.05, np.eye(2)[labels][:, None]):
        held = stratified_split(given, 0.2, seed=1)[1]
        assert np.bincount(labels[held]).tolist() == [6, 2]
