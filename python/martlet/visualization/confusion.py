"""Confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.data import as_array
from martlet.visualization.style import FAINT, INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_MOST_CLASSES = 1 << 14


def confusion_matrix(
    y: npt.ArrayLike, predictions: npt.ArrayLike, classes: int | None = None
) -> npt.NDArray[np.int64]:
    """Computes a confusion matrix: how often each true class was predicted as each class.

    Args:
        y: True labels of shape (n,), or one-hot rows of shape (n, classes).
        predictions: Predicted labels of shape (n,), or probabilities of shape (n, classes).
        classes: The number of classes; None takes it from the arrays.

    Returns:
        An array of shape (classes, classes): rows are true classes, columns predictions.

    Raises:
        ValueError: If the two are of different lengths, or a label is no integer of
            0 ... classes - 1.

    Example:
        >>> confusion_matrix([0, 1, 1], [0, 1, 0])
        array([[1, 0],
               [1, 1]])
    """
    truth, said = as_array(y, "y"), as_array(predictions, "predictions")
    widths = [array.shape[1] for array in (truth, said) if array.ndim == 2]
    truth, said = (a.argmax(axis=1) if a.ndim == 2 else a for a in (truth, said))
    if truth.shape != said.shape or truth.ndim != 1:
        raise ValueError(
            "confusion_matrix: expected as many predictions as labels, received shapes "
            f"{np.shape(y)} and {np.shape(predictions)}. Predict on the samples that y belongs to."
        )
    both = np.concatenate([truth, said])
    if classes is not None:
        classes = _checks.integer("confusion_matrix", "classes", classes, maximum=_MOST_CLASSES)
    count = classes or max([*widths, int(both.max(initial=-1)) + 1])
    whole = both.astype(np.int64)
    is_wrong = (whole != both) | (whole < 0) | (whole >= min(count, _MOST_CLASSES))
    if is_wrong.any():
        raise ValueError(
            f"confusion_matrix: expected labels that are integers of 0 ... "
            f"{min(count, _MOST_CLASSES) - 1}, "
            f"received values from {both.min()} to {both.max()}. Pass classes= if there are more."
        )
    cells = np.zeros((count, count), dtype=np.int64)
    np.add.at(cells, (whole[: len(truth)], whole[len(truth) :]), 1)
    return cells


def plot_confusion(
    matrix: npt.ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plots a confusion matrix: hits in blue on the diagonal, mistakes in orange beside it.

    Mistakes have a colour scale of their own, because a good network makes too few of them to
    show on the scale of its hits.

    Args:
        matrix: Counts of shape (classes, classes), true classes in rows.
        class_names: What to write at the rows and columns; None writes 0, 1, ...
        ax: The axes to draw on; None makes a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: If the matrix is not square, or the names do not fit it.

    Example:
        >>> ax = plot_confusion(confusion_matrix(y_test, model.predict(x_test, verbose=0)))
    """
    counts = as_array(matrix, "matrix")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(
            f"matrix: expected counts of shape (classes, classes), received {counts.shape}. "
            "confusion_matrix(y, predictions) makes them."
        )
    names = [str(index) for index in range(len(counts))]
    if class_names is not None:
        names = list(map(str, _checks.items("plot_confusion", "class_names", class_names)))
    if len(names) != len(counts):
        raise ValueError(
            f"class_names: expected {len(counts)} names, received {len(names)}. Give one a class."
        )
    side = 1.5 + 0.42 * len(counts)
    ax = new_axes(ax, (side, side))
    hits = np.eye(len(counts), dtype=bool)
    _draw_layer(ax, counts, hits, "Blues")
    _draw_layer(ax, counts, ~hits, "Oranges")
    ax.set_xticks(range(len(counts)), names)
    ax.set_yticks(range(len(counts)), names)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    ax.set_xticks(np.arange(1, len(counts)) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, len(counts)) - 0.5, minor=True)
    ax.grid(which="minor", color=FAINT, alpha=0.3, linewidth=0.6)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    return ax


def _draw_layer(
    ax: Axes, counts: npt.NDArray[np.generic], chosen: npt.NDArray[np.bool_], cmap: str
) -> None:
    top = max(float(counts[chosen].max(initial=0)), 1.0)
    # The scale reaches beyond the largest count, so that dark ink stays readable on every cell.
    filled = chosen & (counts != 0)
    ax.imshow(np.where(filled, counts, np.nan), cmap=cmap, vmin=-0.1 * top, vmax=1.7 * top)
    for row, column in zip(*np.nonzero(filled), strict=True):
        value = counts[row, column]
        ax.text(column, row, str(value), ha="center", va="center", color=INK, fontsize=8)
