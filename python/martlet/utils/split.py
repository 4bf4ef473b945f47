"""Stratified splits into training and validation rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown
from martlet.utils.labels import row_classes
from martlet.utils.seeds import next_seed

Rows = npt.NDArray[np.int64]


def stratified_split(
    labels: npt.ArrayLike, fraction: float, seed: int | None = None
) -> tuple[Rows, Rows]:
    """Stratified random split of rows into two parts.

    Splits rows at random so that every class has the same fraction in both parts.

    Args:
        labels: Integers, names, or one-hot rows.
        fraction: The fraction of the second part, above 0 and below 1.
        seed: An integer of at least 0; None follows `set_random_seed`.

    Returns:
        The row numbers of the first and of the second part, each rising. A class of several rows
        has at least one in each part.

    Raises:
        ValueError: `fraction` is out of range, a part would be empty, or a row names no class.

    Example:
        >>> train, validation = martlet.utils.stratified_split([0, 0, 0, 1, 1, 1], 1 / 3)
        >>> len(train), len(validation)
        (4, 2)
    """
    fraction = checked_fraction("stratified_split", "fraction", fraction)
    generator = np.random.default_rng(
        next_seed() if seed is None else _checks.seed("stratified_split", seed)
    )
    classes = _class_numbers(_as_labels(labels))
    second = np.zeros(len(classes), dtype=bool)
    for rows in _rows_by_class(classes):
        count = round(len(rows) * fraction)
        count = min(max(count, 1), len(rows) - 1)
        second[generator.permutation(rows)[:count]] = True
    if not second.any() or second.all():
        raise ValueError(
            f"stratified_split: {len(classes)} rows cannot be split into fractions of "
            f"{1 - fraction:g} and {fraction:g} with every class in both. Use more rows, or no "
            "validation split."
        )
    return np.flatnonzero(~second), np.flatnonzero(second)


def checked_fraction(owner: str, argument: str, value: Any, allows_zero: bool = False) -> float:
    """Returns a fraction above 0 and below 1; 0 itself where that is allowed."""
    fraction = _checks.number(owner, argument, value, minimum=0, below=1)
    if fraction == 0 and not allows_zero:
        raise ValueError(
            f"{owner}: expected {argument} to be above 0 and below 1, received {shown(value)}."
        )
    return fraction


def _as_labels(labels: npt.ArrayLike) -> npt.NDArray[Any]:
    try:
        return np.asarray(_checks.unmasked("stratified_split", labels))
    except ValueError as error:
        raise ValueError(
            f"stratified_split: expected one label for each row; NumPy says: {error}"
        ) from None


def _class_numbers(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if labels.ndim > 1 and labels.size > len(labels):
        labels = _classes_of_rows(labels)
    numbers: npt.NDArray[Any] = np.unique(labels.reshape(-1), return_inverse=True)[1]
    return numbers


def _classes_of_rows(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What one-hot rows, or rows of probabilities, stand for."""
    if labels.dtype.kind in "buif" and labels.size == len(labels) * labels.shape[-1]:
        classes, wrong = row_classes(labels.reshape(len(labels), -1))
        if not wrong.any():
            return classes
    raise ValueError(
        "stratified_split: expected one label for each row, or one-hot rows; received shape "
        f"{labels.shape}, in which not every row names one class. Where a row has several answers, "
        "choose one to go by, such as y[:, 0], or number the combinations with numpy.unique(y, "
        "axis=0, return_inverse=True)[1]."
    )


def _rows_by_class(classes: npt.NDArray[Any]) -> list[Rows]:
    order = np.argsort(classes, kind="stable")
    starts = np.flatnonzero(np.diff(classes[order])) + 1
    return [rows for rows in np.split(order, starts) if len(rows)]
