"""Cross-validation of a model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown
from martlet.model_selection.folds import KFold, Rows, StratifiedKFold
from martlet.models import Model
from martlet.utils import console
from martlet.utils.table import html_table, text_table

Floats = npt.NDArray[np.float64]
Fold = tuple[Rows, Rows]
_OWNER = "cross_validate"


class CrossValidation:
    """Result of a cross-validation: the loss and the metrics of each fold's test rows.

    Attributes:
        folds: An array of one value for each fold by name: "loss", "accuracy" ...
        mean: The mean over the folds by name.
        std: The standard deviation over the folds by name (as NumPy's, divided by their number).
    """

    def __init__(self, folds: dict[str, Floats]) -> None:
        self.folds = folds
        self.mean = {name: float(values.mean()) for name, values in folds.items()}
        self.std = {name: float(values.std()) for name, values in folds.items()}

    def __getitem__(self, name: str) -> Floats:
        return self.folds[name]

    def _table(self) -> tuple[list[str], list[list[str]]]:
        count = len(next(iter(self.folds.values()), ()))
        head = ["metric", "mean", "std", *(f"fold {fold + 1}" for fold in range(count))]
        rows = [
            [name, *(f"{number:.4f}" for number in (self.mean[name], self.std[name], *values))]
            for name, values in self.folds.items()
        ]
        return head, rows

    def __repr__(self) -> str:
        head, rows = self._table()
        return console.drawable(text_table(head, rows, range(1, len(head))))

    def _repr_html_(self) -> str:
        head, rows = self._table()
        return html_table(head, rows, range(1, len(head)))


def cross_validate(
    build: Callable[[], Model],
    x: Any,
    y: Any,
    folds: Any = 5,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    shuffle: bool = True,
    stratify: bool = True,
    seed: int | None = None,
    verbose: int = 0,
) -> CrossValidation:
    """Cross-validation: trains and tests a fresh model on the rows of each fold.

    Args:
        build: A function without arguments that returns a new compiled model each time.
        x: An array of one row for each sample.
        y: The targets, likewise.
        folds: The number of folds; or a splitter such as scikit-learn's, whose `split(x, y)` yields
            (train, test) row numbers; or such pairs themselves.
        epochs: Of each training.
        batch_size: Of each training.
        shuffle: Whether rows are put in random order before they are dealt to the folds, where
            `folds` is a number.
        stratify: Whether each fold has the classes in equal proportion, where `folds` is a number
            and every class of `y` has as many rows; other targets are dealt without regard to it.
        seed: Of that order; None follows `set_random_seed`.
        verbose: 1 to print a line after each fold.

    Returns:
        The numbers of every fold, with mean and standard deviation; prints as a table.

    Raises:
        TypeError: `build` or `folds` is not what it should be, or `build` returned no model.
        ValueError: Folds out of range, empty or overlapping; or `build` returned a model that is
            not compiled, is trained already, or is the one of another fold.

    Example:
        >>> def build():
        ...     model = martlet.Sequential([layers.Dense(1, input_shape=(2,))])
        ...     model.compile("sgd", "mean_squared_error")
        ...     return model
        >>> x = np.random.default_rng(0).random((20, 2))
        >>> result = martlet.model_selection.cross_validate(build, x, x[:, :1], folds=4)
        >>> result.folds["loss"].shape, result.mean["loss"] > 0
        ((4,), True)
    """
    _checks.function(_OWNER, "build", build)
    epochs = _checks.integer(_OWNER, "epochs", epochs)
    batch_size = _checks.integer(_OWNER, "batch_size", batch_size)
    verbose = _checks.verbosity(_OWNER, verbose)
    x, y = _rows("x", x), _rows("y", y)
    if len(x) != len(y):
        raise ValueError(f"{_OWNER}: x has {len(x)} rows, and y has {len(y)}.")
    pairs = _pairs(folds, x, y, shuffle, stratify, seed)
    models: list[Model] = []
    found: list[dict[str, Any]] = []
    for number, (train, test) in enumerate(pairs, 1):
        models.append(_fresh(build, models))
        models[-1].fit(x[train], y[train], batch_size=batch_size, epochs=epochs, verbose=0)
        found.append(models[-1].evaluate(x[test], y[test], verbose=0, return_dict=True))
        if verbose:
            numbers = ", ".join(f"{name} {value:.4f}" for name, value in found[-1].items())
            console.say(f"Fold {number}/{len(pairs)}: {numbers}")
    return CrossValidation({name: np.array([fold[name] for fold in found]) for name in found[0]})


def _rows(argument: str, value: Any) -> npt.NDArray[Any]:
    array = np.asarray(value)
    if array.ndim == 0 or array.dtype == object:
        raise TypeError(
            f"{_OWNER}: expected {argument} to be one array of rows, received {shown(value)}."
        )
    return array


def _fresh(build: Callable[[], Model], earlier: list[Model]) -> Model:
    model = build()
    if not isinstance(model, Model):
        raise TypeError(
            f"{_OWNER}: expected build() to return a compiled model, received {shown(model)}. End "
            "the function in: return model"
        )
    if any(model is other for other in earlier):
        raise ValueError(
            f"{_OWNER}: build() returned the model of an earlier fold, which has seen the rows "
            "that it is to be tested on. Make the model within the function."
        )
    if model.epochs_trained:
        raise ValueError(
            f"{_OWNER}: build() returned a model that is trained already ({model.epochs_trained} "
            "epochs), maybe on the rows that it is to be tested on. Make the model within the "
            "function."
        )
    return model


def _pairs(
    folds: Any, x: npt.NDArray[Any], y: npt.NDArray[Any], shuffle: Any, stratify: Any, seed: Any
) -> list[Fold]:
    shuffle = _checks.flag(_OWNER, "shuffle", shuffle)
    stratify = _checks.flag(_OWNER, "stratify", stratify)
    seed = _checks.seed(_OWNER, seed)
    if hasattr(folds, "split") and not isinstance(folds, (str, type)):
        return [_pair(pair, len(x)) for pair in folds.split(x, y)]
    if isinstance(folds, Iterable) and not isinstance(folds, (str, bytes)):
        pairs = [_pair(pair, len(x)) for pair in folds]
        if not pairs:
            raise ValueError(f"{_OWNER}: folds has no (train, test) pair.")
        return pairs
    if inspect.isclass(folds) or isinstance(folds, (str, bytes)):
        raise TypeError(
            f"{_OWNER}: expected folds to be a number, a splitter object or pairs of row numbers, "
            f"received {shown(folds)}."
        )
    count = _checks.integer(_OWNER, "folds", folds, minimum=2)
    if count > len(x):
        raise ValueError(
            f"{_OWNER}: expected folds to be at most the number of rows, {len(x)}; "
            f"received {count}."
        )
    kind = StratifiedKFold if stratify and _has_classes(y, count) else KFold
    return list(kind(count, shuffle=shuffle, random_state=seed).split(x, y))


def _has_classes(y: npt.NDArray[Any], folds: int) -> bool:
    """Whether targets are labels, of which every class has enough rows."""
    if y.size == len(y):
        if y.dtype.kind == "f" and (y != np.round(y)).any():
            return False
        return bool(np.unique(y, return_counts=True)[1].min() >= folds)
    is_one_hot = y.ndim == 2 and y.dtype.kind in "buif" and np.isin(y, (0, 1)).all()
    return bool(is_one_hot and (y.sum(1) == 1).all() and y.sum(0)[y.any(0)].min() >= folds)


def _pair(pair: Any, count: int) -> Fold:
    try:
        train, test = (_numbers(rows, count) for rows in pair)
    except TypeError:
        raise TypeError(
            f"{_OWNER}: expected folds to give (train, test) pairs of row numbers, received "
            f"{shown(pair)}."
        ) from None
    shared = np.intersect1d(train, test)
    if shared.size:
        raise ValueError(
            f"{_OWNER}: {shared.size} rows of a fold are both in train and in test, the first is "
            f"row {shared[0]}. Leave them out of one."
        )
    return train, test


def _numbers(rows: Any, count: int) -> Rows:
    numbers = np.asarray(rows)
    if numbers.dtype == bool and numbers.shape == (count,):
        numbers = np.flatnonzero(numbers)
    if numbers.size == 0:
        raise ValueError(f"{_OWNER}: a fold has no rows to train with, or none to test with.")
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise TypeError
    if numbers.min() < 0 or numbers.max() >= count:
        raise ValueError(
            f"{_OWNER}: expected the row numbers of folds to be 0 to {count - 1}, received "
            f"{numbers.min()} to {numbers.max()}."
        )
    return numbers.astype(np.int64)
