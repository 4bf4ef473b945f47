from __future__ import annotations

import numpy as np
import pytest

from api_support import compiled, digits
from martlet.model_selection import KFold, StratifiedKFold, cross_validate

X, Y = digits(60)


def run(folds=3, build=compiled, **kwargs):
    return cross_validate(build, X, Y, folds, **{"seed": 1, **kwargs})


def test_each_fold_is_what_fit_and_evaluate_give_on_its_rows():
    half = [(np.arange(30), np.arange(30, 60)), (np.arange(30, 60), np.arange(30))]
    models = []

    def build():
        models.append(compiled())
        return models[-1]

    result = run(half, build, epochs=2)
    for fold, (_, test) in enumerate(half):
        expected = models[fold].evaluate(X[test], Y[test], verbose=0)
        assert [result.folds[name][fold] for name in ("loss", "accuracy")] == expected
        assert models[fold].epochs_trained == 2
    losses = result.folds["loss"]
    assert result.mean["loss"] == pytest.approx((losses[0] + losses[1]) / 2)
    assert result.std["loss"] == pytest.approx(abs(losses[0] - losses[1]) / 2)


def test_it_prints_a_table_of_mean_and_deviation():
    result = run(2)
    for text in (repr(result), result._repr_html_()):
        for part in ("mean", "std", "fold 2", "accuracy", f"{result.mean['accuracy']:.4f}"):
            assert part in text


def test_scikit_learns_splitters_are_taken():
    model_selection = pytest.importorskip("sklearn.model_selection")
    theirs = run(model_selection.KFold(4))
    assert len(theirs.folds["loss"]) == 4


@pytest.mark.parametrize("y", [Y, np.eye(4)[Y], np.array(list("abcd"))[Y]])
def test_stratified_folds_have_each_class_in_proportion(y):
    seen = []
    for train, test in StratifiedKFold(3, shuffle=True, random_state=0).split(X, y):
        counts = np.bincount(Y[test], minlength=4)
        assert (abs(counts - np.bincount(Y) / 3) < 1).all()
        assert np.array_equal(np.sort([*train, *test]), np.arange(60))
        seen += [*test]
    assert sorted(seen) == list(range(60))


def test_folds_are_those_of_scikit_learn():
    model_selection = pytest.importorskip("sklearn.model_selection")
    rows = np.zeros((11, 1))
    pairs = zip(KFold(3).split(rows), model_selection.KFold(3).split(rows), strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_the_seed_gives_the_same_folds():
    def rows(seed):
        return [test.tolist() for _, test in KFold(3, shuffle=True, random_state=seed).split(X)]

    assert rows(1) == rows(1) != rows(2)


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        (1, "folds.* 2"),
        (61, "at most the number of rows, 60; received 61"),
        ([], "no .train, test. pair"),
        ([([], [1])], "no rows"),
        ([([0, 1], [1, 2])], "1 rows of a fold are both in train and in test, the first is row 1"),
        ([([0], [60])], "row numbers of folds to be 0 to 59"),
        ([3], "pairs of row numbers"),
        ("five", "expected folds to be a number"),
        (KFold, "expected folds to be a number"),
        (KFold(61), "61 folds of 60 rows"),
    ],
)
def test_bad_folds_are_explained(folds, message):
    with pytest.raises((TypeError, ValueError), match=message):
        run(folds)


def trained():
    model = compiled()
    model.fit(X, Y, verbose=0)
    return model


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: None, r"expected build\(\) to return a compiled model, received None"),
        (trained, "trained already"),
        (3, "build to be a function"),
    ],
)
def test_a_bad_build_is_explained(build, message):
    with pytest.raises((TypeError, ValueError), match=message):
        run(3, build)


def test_the_same_model_twice_is_refused():
    model = compiled()
    with pytest.raises(ValueError, match="the model of an earlier fold"):
        run(3, lambda: model)


def test_a_class_with_fewer_rows_than_folds():
    with pytest.raises(ValueError, match="class 1 has 1"):
        list(StratifiedKFold(2).split(np.zeros(4), [0, 0, 0, 1]))
