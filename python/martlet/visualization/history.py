"""Plot of the training history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from martlet import _checks
from martlet._messages import shown
from martlet.visualization.style import BLUE, FAINT, INK, ORANGE, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_history(history: Any, metric: str = "loss", *, ax: Axes | None = None) -> Axes:
    """Plots a number of the training history over the epochs, with its validation twin.

    Args:
        history: What `fit` returned, or its `.history` dictionary.
        metric: "loss" or a metric's name, such as "accuracy". If "val_" + `metric` is in the
            history too, it is drawn beside it.
        ax: The axes to draw on; None makes a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: If the history has no such number.

    Example:
        >>> history = {"loss": [0.36, 0.17], "val_loss": [0.19, 0.15]}
        >>> plot_history(history).get_title(loc="left")
        'loss'
    """
    values: Mapping[str, Sequence[float]] = getattr(history, "history", history)
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise TypeError(
            f"history: expected what fit() returned, or its .history; received {shown(history)}."
        )
    if _checks.text("plot_history", "metric", metric) not in values:
        known = ", ".join(f'"{key}"' for key in values if not key.startswith("val_"))
        raise ValueError(
            f'metric: expected one of {known or "(the history is empty)"}, received "{metric}". '
            "Name it in compile(metrics=[...]) to record it."
        )
    ax = new_axes(ax, (5.5, 3.4))
    from matplotlib.ticker import MaxNLocator

    _curve(ax, values[metric], "training", BLUE, "o")
    if f"val_{metric}" in values:
        _curve(ax, values[f"val_{metric}"], "validation", ORANGE, "s")
    ax.set_xlabel("epoch")
    ax.set_title(metric, loc="left", color=INK, fontweight="bold")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax


def _curve(ax: Axes, values: Sequence[float], label: str, color: str, marker: str) -> None:
    # Two marker shapes as well as two colours, for prints in grey.
    epochs = range(1, len(values) + 1)
    ax.plot(epochs, values, color=color, marker=marker, markersize=5, linewidth=2, label=label)
