"""Learning rate scheduler: a function of the epoch."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from martlet import _checks
from martlet.callbacks.callback import Callback, Logs
from martlet.utils import console


class LearningRateScheduler(Callback):
    """Learning rate scheduler: sets the learning rate before each epoch by a function.

    Args:
        schedule: A function of the epoch (from 0) and the present rate that returns the new rate; a
            function of the epoch alone will do.
        verbose: 1 to print each rate.

    Raises:
        TypeError: `schedule` is not a function, or returns something that is no number; in `fit`,
            before the first epoch, that the optimizer's learning rate is a schedule already.
        ValueError: `schedule` returns a rate that is negative or not finite.

    Example:
        >>> callback = martlet.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9)
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = _checks.function("LearningRateScheduler", "schedule", schedule)
        self.verbose = _checks.verbosity(type(self).__name__, verbose)
        self._takes_rate = _takes_two(schedule)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Checks that the learning rate can be set."""
        refuse_schedule(self)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Sets the rate."""
        optimizer = self.model.optimizer
        rest = (optimizer.learning_rate,) if self._takes_rate else ()
        optimizer.learning_rate = _checks.number(
            "LearningRateScheduler", "what schedule returns", self.schedule(epoch, *rest), minimum=0
        )
        if self.verbose:
            console.say(f"Epoch {epoch + 1}: learning rate {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds the rate to the history."""
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate


def refuse_schedule(callback: Callback) -> None:
    """Raises TypeError when the learning rate follows a schedule, which a callback would end."""
    optimizer = callback.model.optimizer
    if optimizer.follows_schedule:
        raise TypeError(
            f"{type(callback).__name__}: expected a learning rate that is a number, received an "
            f"optimizer whose rate follows a schedule: {optimizer!r}. Compile the model with a "
            "number, or leave the callback out."
        )


def _takes_two(schedule: Callable[..., float]) -> bool:
    try:
        inspect.signature(schedule).bind(0, 0.1)
    except TypeError:
        return False
    except ValueError:
        pass  # A function written in C need not have a signature.
    return True
