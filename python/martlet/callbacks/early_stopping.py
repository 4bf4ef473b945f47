"""Ends training when it no longer helps."""

from __future__ import annotations

from martlet import _checks
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.monitor import Monitor
from martlet.layers.weights import Array


class EarlyStopping(Callback):
    """Ends training when a number has not got better for some epochs.

    Args:
        monitor: The number's name.
        min_delta: How much better counts as better.
        patience: After how many epochs without getting better training ends.
        verbose: 1 to print when that happens.
        mode: "min", "max" or "auto".
        baseline: What the number must beat from the start, or None.
        restore_best_weights: Whether the weights of the best epoch come back when training ends.
        start_from_epoch: Epochs before this one do not count.

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
        self.monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self.patience = _checks.integer("EarlyStopping", "patience", patience, minimum=0)
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = self.monitor.worst
        self.best_epoch = 0
        self.best_weights: list[Array] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts anew."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares, and ends training when patience is out."""
        value = self.monitor.read(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self.monitor.is_better(value, self.best):
            self._keep(epoch, value)
        if self.wait >= max(self.patience, 1) and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int, value: float) -> None:
        self.best = value
        self.best_epoch = epoch
        if self.baseline is None or self.monitor.is_better(value, self.baseline):
            self.wait = 0
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Brings the best weights back."""
        if self.stopped_epoch > 0 and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                print(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)
