"""History of training."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet.callbacks.callback import Callback, Logs, recorded
from martlet.utils.table import html_table


class History(Callback):
    """Records the loss and the metrics of every epoch.

    The loss and the metrics of every epoch. `fit` returns one, or yours if it is a callback.

    Every `fit` starts it anew (in Keras the lists of one that is used again grow).

    Attributes:
        history: Lists of floats by name: "loss", "accuracy", "val_loss", "val_accuracy" ...
        epoch: The numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    @property
    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """The same numbers as NumPy arrays."""
        return {name: np.array(values) for name, values in self.history.items()}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts an empty history."""
        self.history = {}
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Records the epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(recorded(name, value))

    def _numbers(self) -> dict[str, list[float]]:
        """The history without what is an array."""
        return {name: values for name, values in self.history.items() if not np.ndim(values[-1])}

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4f}" for name, values in self._numbers().items())
        return f"<History of {len(self.epoch)} epochs{': ' if last else ''}{last}>"

    def _repr_html_(self) -> str:
        # A number that is not measured in every epoch has a shorter list, and no place in the rows.
        whole = {
            name: values
            for name, values in self._numbers().items()
            if len(values) == len(self.epoch)
        }
        names, columns = list(whole), list(whole.values())
        rows = [
            [str(epoch + 1), *(f"{column[index]:.4f}" for column in columns)]
            for index, epoch in enumerate(self.epoch)
        ]
        return html_table(["epoch", *names], rows)
