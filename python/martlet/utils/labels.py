"""Conversion of labels: integers to one-hot rows, and rows to classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown


def to_categorical(x: npt.ArrayLike, num_classes: int | None = None) -> npt.NDArray[np.float32]:
    """Converts integer labels to one-hot rows.

    Args:
        x: Labels of any shape, each at least 0. A last axis of one is dropped, as in Keras.
        num_classes: How many classes; None for the largest label plus one.

    Returns:
        A float32 array of shape (*x.shape, num_classes): 1 at the label, 0 elsewhere.

    Raises:
        ValueError: A label that is negative, fractional, or not below `num_classes`.
        MemoryError: There is no room for so many classes.

    Example:
        >>> martlet.utils.to_categorical([0, 2])
        array([[1., 0., 0.],
               [0., 0., 1.]], dtype=float32)
    """
    given = np.asarray(
        _checks.floats("x", x) if isinstance(x, (list, tuple)) else _checks.unmasked("x", x)
    )
    if given.dtype.kind not in "buif":
        raise TypeError(f"to_categorical: expected integer labels, received {shown(x)}.")
    with np.errstate(invalid="ignore"):
        labels = given.astype(np.int64)
    if not np.array_equal(labels, given):
        raise ValueError(f"to_categorical: expected integer labels, received {shown(x)}.")
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    largest = int(labels.max(initial=-1))
    smallest = int(labels.min(initial=0))
    if num_classes is None:
        num_classes = largest + 1
    else:
        num_classes = _checks.integer("to_categorical", "num_classes", num_classes)
    if smallest < 0 or largest >= num_classes:
        raise ValueError(
            f"to_categorical: expected labels 0 ... {num_classes - 1}, received {smallest} ... "
            f"{largest}.{_remedy(smallest, largest)}"
        )
    try:
        result = np.zeros((labels.size, num_classes), dtype=np.float32)
    except (ValueError, MemoryError):
        raise MemoryError(
            f"to_categorical: there is no room for {labels.size} rows of num_classes="
            f"{num_classes}. Keep integer labels and train with sparse_categorical_crossentropy."
        ) from None
    result[np.arange(labels.size), labels.reshape(-1)] = 1
    return result.reshape(*labels.shape, num_classes)


def row_classes(rows: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Returns the class that each row of numbers names, and whether it names none.

    A row names a class if it adds up to 1, with nothing below 0 and one number that is the largest.

    Args:
        rows: Numbers of shape (samples, classes).
    """
    largest = rows.max(axis=-1, keepdims=True)
    is_tie = np.count_nonzero(rows == largest, axis=-1) != 1
    is_no_share = ~(np.abs(rows.sum(axis=-1) - 1) <= 1e-3) | ~(rows.min(axis=-1) >= 0)
    return rows.argmax(axis=-1), is_tie | is_no_share


def _remedy(smallest: int, largest: int) -> str:
    if smallest < 0:
        return " Classes are counted from 0: for labels -1 and 1, pass (x + 1) // 2."
    return f" Count classes from 0, or take num_classes={largest + 1}."
