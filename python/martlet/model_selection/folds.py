"""Folds for cross-validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.utils.labels import row_classes
from martlet.utils.seeds import next_seed

Rows = npt.NDArray[np.int64]


class KFold:
    """K-fold cross-validation: splits rows into folds of equal size, each the test rows once.

    The folds are scikit-learn's in size: the first ones have a row more where the rows do not
    divide evenly.

    Args:
        n_splits: The number of folds; at least 2.
        shuffle: Whether to put the rows in random order first.
        random_state: The seed of that order; None follows `set_random_seed`.

    Example:
        >>> for train, test in martlet.model_selection.KFold(2).split(np.zeros((4, 1))):
        ...     print(train, test)
        [2 3] [0 1]
        [0 1] [2 3]
    """

    def __init__(
        self, n_splits: int = 5, *, shuffle: bool = False, random_state: int | None = None
    ) -> None:
        owner = type(self).__name__
        self.n_splits = _checks.integer(owner, "n_splits", n_splits, minimum=2)
        self.shuffle = _checks.flag(owner, "shuffle", shuffle)
        self.random_state = _checks.seed(owner, random_state)

    def split(self, x: Any, y: Any = None) -> Iterator[tuple[Rows, Rows]]:
        """Yields the row numbers to train with and to test with, fold by fold.

        Raises:
            ValueError: More folds than rows.
        """
        count = len(x)
        if count < self.n_splits:
            raise ValueError(
                f"{type(self).__name__}: expected at most as many folds as rows, received "
                f"{self.n_splits} folds of {count} rows. Use fewer folds."
            )
        numbers = self._numbers(count, y)
        for fold in range(self.n_splits):
            yield np.flatnonzero(numbers != fold), np.flatnonzero(numbers == fold)

    def _numbers(self, count: int, y: Any) -> Rows:
        """The fold of each row."""
        numbers = np.empty(count, np.int64)
        order = self._generator().permutation(count) if self.shuffle else np.arange(count)
        sizes = np.full(self.n_splits, count // self.n_splits)
        sizes[: count % self.n_splits] += 1
        numbers[order] = np.repeat(np.arange(self.n_splits), sizes)
        return numbers

    def _generator(self) -> np.random.Generator:
        seed = next_seed() if self.random_state is None else self.random_state
        return np.random.default_rng(seed)


class StratifiedKFold(KFold):
    """Stratified k-fold cross-validation: every fold has each class in the same proportion.

    Args:
        n_splits: The number of folds; at least 2.
        shuffle: Whether to put the rows of each class in random order first.
        random_state: The seed of that order; None follows `set_random_seed`.
    """

    def split(self, x: Any, y: Any = None) -> Iterator[tuple[Rows, Rows]]:
        """Yields the row numbers to train with and to test with, fold by fold.

        Args:
            x: What has as many rows as `y`.
            y: A label for each row, or one-hot rows.

        Raises:
            ValueError: A class has fewer rows than there are folds, or `y` is no labels.
        """
        return super().split(x, y)

    def _numbers(self, count: int, y: Any) -> Rows:
        classes = _classes(y, count)
        names, counts = np.unique(classes, return_counts=True)
        if counts.min() < self.n_splits:
            raise ValueError(
                f"StratifiedKFold: expected at least {self.n_splits} rows of each class, one for "
                f"each fold; class {names[counts.argmin()]} has {counts.min()}. Use fewer folds, "
                "or KFold, which does not look at classes."
            )
        generator = self._generator() if self.shuffle else None
        numbers = np.empty(count, np.int64)
        dealt = 0  # Goes on from class to class, so that the folds differ by one row at most.
        for name in names:
            rows = np.flatnonzero(classes == name)
            rows = rows if generator is None else generator.permutation(rows)
            numbers[rows] = (dealt + np.arange(len(rows))) % self.n_splits
            dealt += len(rows)
        return numbers


def _classes(y: Any, count: int) -> npt.NDArray[Any]:
    labels = np.asarray(y)
    if y is None or len(labels.shape) == 0 or len(labels) != count:
        raise ValueError(
            f"StratifiedKFold: expected y with a label for each of the {count} rows, received "
            f"{'none' if y is None else f'shape {labels.shape}'}."
        )
    if labels.size == count:
        return labels.reshape(-1)
    if labels.dtype.kind in "buif" and labels.ndim == 2:
        classes, wrong = row_classes(labels)
        if not wrong.any():
            return classes
    raise ValueError(
        "StratifiedKFold: expected one label for each row, or one-hot rows, received shape "
        f"{labels.shape} in which not every row names one class. Use KFold (stratify=False)."
    )
