"""Live plot of the training history in a notebook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from martlet import _checks
from martlet._messages import hint
from martlet.callbacks.callback import Callback, Logs
from martlet.utils import console


class LivePlot(Callback):
    """Live plot of the loss and the metrics in a notebook, drawn anew after each epoch.

    Each number is drawn beside its validation twin, as `visualization.plot_history` draws them.
    Where no notebook is, nothing is drawn.

    Args:
        metrics: The names of what to draw, such as ["loss", "accuracy"]; None for the loss and all
            metrics. Arrays, such as a confusion matrix, are left out.

    Raises:
        ModuleNotFoundError: In `fit`, before the first epoch: matplotlib is not installed.

    Example:
        >>> callback = martlet.callbacks.LivePlot(["loss", "accuracy"])
    """

    def __init__(self, metrics: str | Sequence[str] | None = None) -> None:
        if isinstance(metrics, str):
            metrics = [metrics]
        if metrics is not None:
            names = _checks.items("LivePlot", "metrics", metrics)
            metrics = [_checks.text("LivePlot", "metrics", name) for name in names]
        self.metrics = metrics
        self._numbers: dict[str, list[float]] = {}
        self._handle: Any = None
        self._draws = False
        self._warned = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts an empty plot."""
        self._numbers, self._handle, self._warned = {}, None, False
        self._draws = console.is_notebook()
        if self._draws:
            from martlet.visualization.style import require_matplotlib

            require_matplotlib()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Draws the epochs so far."""
        for name, value in (logs or {}).items():
            if isinstance(value, (int, float, np.number)):
                self._numbers.setdefault(name, []).append(float(value))
        if not self._draws or not self._names():
            return
        if self._handle is None:
            self._handle = console.display(self)
        else:
            self._handle.update(self)

    def _names(self) -> list[str]:
        """What there is to draw; warns once of what there is not."""
        known = [name for name in self._numbers if not name.startswith("val_")]
        missing = [name for name in self.metrics or () if name not in self._numbers]
        if missing and not self._warned:
            self._warned = True
            console.warn(
                f'LivePlot: "{missing[0]}" is not among the numbers of this epoch '
                f"({', '.join(known)}), so it is not drawn.{hint(missing[0], known)}"
            )
        return [name for name in self.metrics or known if name in self._numbers]

    def __repr__(self) -> str:
        return f"<LivePlot of {', '.join(self._numbers) or 'nothing yet'}>"

    def _repr_png_(self) -> bytes | None:
        names = self._names()
        if not names:
            return None
        # Not pyplot, whose figures stay in memory, and show once more at the end of the cell.
        from matplotlib.figure import Figure

        from martlet.visualization.history import plot_history

        figure = Figure(figsize=(4.5 * len(names), 3.4), layout="constrained")
        for name, ax in zip(names, figure.subplots(1, len(names), squeeze=False)[0], strict=True):
            plot_history(self._numbers, name, ax=ax)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        return picture.getvalue()
