"""What training recorded."""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt

from martlet.callbacks.callback import Callback, Logs


class History(Callback):
    """The loss and the metrics of every epoch. `fit` returns one.

    Attributes:
        history: Lists of floats by name: "loss", "accuracy", "val_loss", "val_accuracy" ...
        epoch: The numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    @property
    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """The same numbers as NumPy arrays."""
        return {name: np.array(values) for name, values in self.history.items()}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts anew."""
        self.history = {}
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Records the epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4f}" for name, values in self.history.items())
        return f"<History of {len(self.epoch)} epochs{': ' if last else ''}{last}>"

    def _repr_html_(self) -> str:
        names = list(self.history)
        head = "".join(f"<th>{escape(name)}</th>" for name in ["epoch", *names])
        rows = []
        for index, epoch in enumerate(self.epoch):
            values = (self.history[name] for name in names)
            # A number that is not measured in every epoch has a shorter list, which ends at the
            # last epoch.
            cells = (
                f"{column[index]:.4f}" if len(column) == len(self.epoch) else ""
                for column in values
            )
            rows.append(
                "<tr>" + "".join(f"<td>{cell}</td>" for cell in [epoch + 1, *cells]) + "</tr>"
            )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
