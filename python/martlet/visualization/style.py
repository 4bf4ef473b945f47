"""Style of the plots: colours, axes and mosaics."""

from __future__ import annotations

import importlib.util
import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# From the Okabe-Ito palette, whose colours stay apart for every kind of colour blindness.
BLUE = "#0072B2"
ORANGE = "#E69F00"
RIGHT = "#009E73"
WRONG = "#D55E00"
INK = "#2B2B2B"
FAINT = "#9A9A9A"


def new_axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """The given axes, or those of a new figure of `size` inches."""
    if ax is not None:
        if not hasattr(ax, "imshow"):
            raise TypeError(f"Expected ax to be axes of matplotlib, received {shown(ax)}.")
        return ax
    require_matplotlib()
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def require_matplotlib() -> None:
    """Raises ModuleNotFoundError with the remedy when matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise ModuleNotFoundError(
            "The pictures need the package matplotlib, which was not found. "
            "Install it with: pip install matplotlib"
        )


def as_images(x: npt.ArrayLike, name: str = "x") -> npt.NDArray[np.float32]:
    """Samples as grey images of shape (n, rows, columns).

    Args:
        x: An array of shape (n, rows, columns), (n, rows, columns, 1), or (n, pixels) where the
            pixels make a square.
        name: What to call it in an error.

    Raises:
        ValueError: If there is no sample, or a sample is not an image.
    """
    images = _checks.floats(name, x)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.size and images.ndim == 2 and math.isqrt(images.shape[1]) ** 2 == images.shape[1]:
        side = math.isqrt(images.shape[1])
        images = images.reshape(-1, side, side)
    if images.ndim != 3 or images.size == 0:
        raise ValueError(
            f"{name}: expected grey images of shape (n, rows, columns), (n, rows, columns, 1) or "
            f"(n, side * side), received {np.shape(x)}. Pass a batch, such as x_test[:20]."
        )
    return images


def grid(count: int, columns: int | None) -> tuple[int, int]:
    """Rows and columns for `count` tiles; without a wish for columns, a little wider than high."""
    if columns is not None:
        columns = _checks.integer("the picture", "columns", columns)
    columns = columns or min(count, max(1, math.ceil(math.sqrt(count * 1.6))))
    return math.ceil(count / columns), columns


def mosaic(
    tiles: npt.NDArray[np.float32], columns: int, gaps: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """One image of many tiles in reading order; gaps (above, left) and missing tiles are NaN."""
    count, height, width = tiles.shape
    rows = math.ceil(count / columns)
    cell = np.full((rows * columns, height + gaps[0], width + gaps[1]), np.nan, np.float32)
    cell[:count, gaps[0] :, gaps[1] :] = tiles
    lines = cell.reshape(rows, columns, height + gaps[0], width + gaps[1]).swapaxes(1, 2)
    picture: npt.NDArray[np.float32] = lines.reshape(rows * (height + gaps[0]), -1)
    return picture
