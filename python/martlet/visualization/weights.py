"""First-layer weights as images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.visualization.style import as_images, grid, mosaic, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_weights(
    kernel: npt.ArrayLike,
    *,
    shape: tuple[int, int] | None = None,
    columns: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plots each unit's weights as an image: red pixels speak for the unit, blue against it.

    White is zero, and all units share one scale. A convolution's filters are small images already:
    one picture for each channel and filter, a line for each channel.

    Args:
        kernel: A dense layer's kernel of shape (inputs, units), or a convolution's of shape (rows,
            columns, channels, filters).
        shape: Rows and columns of an input image, for a dense layer; None if it is a square.
        columns: Pictures in a row; None chooses.
        ax: The axes to draw on; None makes a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: If the kernel has another rank, or its inputs do not make up such an image.

    Example:
        >>> ax = plot_weights(model.layers[1].kernel[:, :32])
    """
    values = _checks.floats("kernel", kernel)
    if shape is not None:
        shape = _checks.pair("plot_weights", "shape", shape)
    if values.ndim == 4 and shape is None:
        height, width, channels, filters = values.shape
        columns = columns or (filters if channels > 1 else None)
        shape, values = (height, width), values.reshape(height * width, channels * filters)
    if values.ndim != 2 or (shape is not None and shape[0] * shape[1] != len(values)):
        wanted = "(inputs, units)" if shape is None else f"({shape[0]} * {shape[1]}, units)"
        raise ValueError(
            f"kernel: expected shape {wanted}, received {values.shape}. "
            "Pass the kernel of the first dense layer after Flatten, or that of a Conv2D."
        )
    units = values.T if shape is None else values.T.reshape(-1, *shape)
    images = as_images(units, "kernel.T")
    rows, columns = grid(len(images), columns)
    ax = new_axes(ax, (0.8 * columns, 0.8 * rows))
    limit = float(np.abs(images).max()) or 1.0
    gap = max(1, images.shape[1] // 10)
    tiles = mosaic(images, columns, (gap, gap))
    ax.imshow(tiles, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    ax.set_axis_off()
    return ax
