"""Grid of images with labels and predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from martlet.data import as_array
from martlet.visualization.style import INK, RIGHT, WRONG, as_images, grid, mosaic, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CAPTION_SHARE = 0.36
_GAP_SHARE = 0.22


def plot_samples(
    x: npt.ArrayLike,
    y: npt.ArrayLike | None = None,
    predictions: npt.ArrayLike | None = None,
    *,
    columns: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plots images in a grid, each under its label or its prediction.

    With both, right predictions are green, wrong ones orange-red in a frame with the true label.

    Args:
        x: Grey images: (n, rows, columns), (n, rows, columns, 1) or flat squares (n, pixels).
        y: True labels of shape (n,), or one-hot rows of shape (n, classes).
        predictions: Predicted labels of shape (n,), or the probabilities that `predict` returned,
            of shape (n, classes); these also tell how sure the network is.
        columns: Images in a row; None chooses.
        ax: The axes to draw on; None makes a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: If `x` holds no images, or `y` or `predictions` are of another length.

    Example:
        >>> ax = plot_samples(x_test[:20], y_test[:20], model.predict(x_test[:20], verbose=0))
    """
    images = as_images(x)
    labels = None if y is None else _classes("y", as_array(y, "y"), len(images))
    guesses = None if predictions is None else as_array(predictions, "predictions")
    predicted = None if guesses is None else _classes("predictions", guesses, len(images))
    sureness = guesses.max(axis=1) if guesses is not None and guesses.ndim == 2 else None

    rows, columns = grid(len(images), columns)
    captioned = labels is not None or predicted is not None
    side = images.shape[1]
    gaps = (
        round(side * (_CAPTION_SHARE if captioned else _GAP_SHARE)),
        round(images.shape[2] * _GAP_SHARE),
    )
    ax = new_axes(ax, (1.05 * columns, (1.15 if captioned else 1.0) * rows))
    picture = mosaic(images, columns, gaps)
    ax.imshow(picture, cmap="gray_r", interpolation="nearest")
    ax.set(xlim=(-0.5, picture.shape[1] + gaps[1] - 0.5), ylim=(picture.shape[0] + 1.5, -0.5))
    ax.set_axis_off()
    for index in range(len(images)) if captioned else ():
        text, color = _caption(index, labels, predicted, sureness)
        corner = _corner(index, columns, images.shape[1:], gaps)
        _draw_caption(ax, text, color, corner, images.shape[2])
        if color == WRONG:
            _draw_frame(ax, corner, images.shape[1:])
    return ax


def _classes(name: str, values: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.generic]:
    if values.ndim not in (1, 2) or len(values) != count:
        raise ValueError(
            f"{name}: expected one row for each of the {count} images, of shape ({count},) or "
            f"({count}, classes), received {values.shape}. Slice it as you slice x."
        )
    return values.argmax(axis=1) if values.ndim == 2 else values


def _caption(
    index: int,
    labels: npt.NDArray[np.generic] | None,
    predicted: npt.NDArray[np.generic] | None,
    sureness: npt.NDArray[np.generic] | None,
) -> tuple[str, str]:
    if predicted is None:
        return (str(labels[index]) if labels is not None else ""), INK
    sure = f"  {sureness[index]:.0%}" if sureness is not None else ""
    if labels is None:
        return f"{predicted[index]}{sure}", INK
    if predicted[index] == labels[index]:
        return f"{predicted[index]}{sure}", RIGHT
    return f"{predicted[index]}, not {labels[index]}", WRONG


def _corner(
    index: int, columns: int, shape: tuple[int, ...], gaps: tuple[int, int]
) -> tuple[float, float]:
    """Left and top edge of an image in the mosaic's coordinates."""
    row, column = divmod(index, columns)
    left = column * (shape[1] + gaps[1]) + gaps[1] - 0.5
    top = row * (shape[0] + gaps[0]) + gaps[0] - 0.5
    return left, top


def _draw_caption(ax: Axes, text: str, color: str, corner: tuple[float, float], width: int) -> None:
    ax.text(
        corner[0] + width / 2,
        corner[1] - 0.06 * width,
        text,
        color=color,
        ha="center",
        va="bottom",
        fontsize=9,
        fontweight="bold",
    )


def _draw_frame(ax: Axes, corner: tuple[float, float], shape: tuple[int, ...]) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle(corner, shape[1], shape[0], fill=False, edgecolor=WRONG, linewidth=1.5))
