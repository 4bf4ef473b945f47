"""Reduces the learning rate on a plateau of a metric."""

from __future__ import annotations

from martlet import _checks
from martlet.callbacks.callback import Logs
from martlet.callbacks.learning_rate_scheduler import refuse_schedule
from martlet.callbacks.monitor_callback import MonitorCallback, single
from martlet.utils import console


class ReduceLROnPlateau(MonitorCallback):
    """Reduces the learning rate when a monitored metric has stopped improving.

    Args:
        monitor: The metric's name.
        factor: What the rate is multiplied by; below 1.
        patience: After how many epochs without getting better.
        verbose: 1 to print each change.
        mode: "min", "max", or "auto": as the loss or metric of that name wants it.
        min_delta: How much better counts as better.
        cooldown: How many epochs after a change do not count.
        min_lr: The rate does not go below this.

    Raises:
        ValueError: In `fit`, before the first epoch: `mode` is "auto", and `monitor` is neither the
            loss nor a metric of the model.
        TypeError: There too: the optimizer's learning rate is a schedule.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        owner = type(self).__name__
        self.factor = _checks.number(owner, "factor", factor, minimum=0, below=1)
        self.patience = _checks.integer(owner, "patience", patience, minimum=0)
        self.verbose = _checks.verbosity(type(self).__name__, verbose)
        self.cooldown = _checks.integer(owner, "cooldown", cooldown, minimum=0)
        self.min_lr = _checks.number(owner, "min_lr", min_lr, minimum=0)
        self._reset()

    def _reset(self) -> None:
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Resets the best value, and the counts of epochs and of the cooldown."""
        super().on_train_begin(logs)
        refuse_schedule(self)
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares, and lowers the rate when patience is out."""
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate
        value = self.read(logs)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_better(value, self.best):
            self.best = value
            self.wait = 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        optimizer = self.model.optimizer
        if single(optimizer.learning_rate) <= single(self.min_lr):
            return
        optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_lr)
        if self.verbose:
            console.say(f"Epoch {epoch + 1}: learning rate reduced to {optimizer.learning_rate:g}")
        self.cooldown_counter = self.cooldown
        self.wait = 0
