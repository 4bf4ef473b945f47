"""Early stopping."""

from __future__ import annotations

import numpy as np

from martlet import _checks
from martlet.callbacks.callback import Logs
from martlet.callbacks.monitor_callback import MonitorCallback
from martlet.layers.memory import Array
from martlet.utils import console


class EarlyStopping(MonitorCallback):
    """Stops training when a monitored metric has stopped improving.

    The first epoch alone never ends training. Losses and metrics of training are means over the
    epoch, in which the weights change; the weights that come back are those of its end.

    Args:
        monitor: The metric's name, such as "val_loss".
        min_delta: How much better counts as better.
        patience: After how many epochs without getting better training ends.
        verbose: 1 to print when that happens.
        mode: "min", "max", or "auto": as the loss or metric of that name wants it.
        baseline: What the metric must beat for the count of epochs to begin again, or None. While
            the metric still gets better, training goes on.
        restore_best_weights: Whether the weights of the best epoch come back when training ends,
            also if no epoch beats `baseline`. Weights that are NaN or infinite are never kept.
        start_from_epoch: Epochs before this one do not count.

    Raises:
        ValueError: In `fit`, before the first epoch: `mode` is "auto", and `monitor` is neither the
            loss nor a metric of the model.

    Example:
        >>> callback = martlet.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        owner = type(self).__name__
        self.patience = _checks.integer(owner, "patience", patience, minimum=0)
        self.verbose = _checks.verbosity(type(self).__name__, verbose)
        self.baseline = None if baseline is None else _checks.number(owner, "baseline", baseline)
        self.restore_best_weights = _checks.flag(
            owner, "restore_best_weights", restore_best_weights
        )
        self.start_from_epoch = _checks.integer(
            owner, "start_from_epoch", start_from_epoch, minimum=0
        )
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_epoch = 0
        self.best_weights: list[Array] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Resets the best value and the count of epochs."""
        super().on_train_begin(logs)
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares, and ends training when patience is out."""
        value = self.read(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self.is_better(value, self.best):
            self.best = value
            self._keep_weights(epoch)
            if self.baseline is None or self.is_better(value, self.baseline):
                self.wait = 0
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep_weights(epoch)
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep_weights(self, epoch: int) -> None:
        weights = self.model.get_weights() if self.restore_best_weights else []
        if all(np.isfinite(array).all() for array in weights):
            self.best_epoch = epoch
            self.best_weights = weights or None

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restores the best weights."""
        if self.stopped_epoch > 0 and self.verbose:
            console.say(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                console.say(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)
