"""Sets the learning rate by a function of the epoch."""

from __future__ import annotations

from collections.abc import Callable

from martlet.callbacks.callback import Callback, Logs


class LearningRateScheduler(Callback):
    """Before each epoch, sets the learning rate to what a function gives.

    Args:
        schedule: A function of the epoch (from 0) and the present rate that returns the new rate.
        verbose: 1 to print each rate.

    Example:
        >>> callback = martlet.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9)
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Sets the rate."""
        optimizer = self.model.optimizer
        optimizer.learning_rate = float(self.schedule(epoch, optimizer.learning_rate))
        if self.verbose:
            print(f"Epoch {epoch + 1}: learning rate {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds the rate to the history."""
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate
