"""Terminates training when the loss is NaN or infinite."""

from __future__ import annotations

import math

from martlet.callbacks.callback import Callback, Logs
from martlet.utils import console


class TerminateOnNaN(Callback):
    """Terminates training when the loss is NaN or infinite.

    The mean loss of an epoch keeps a NaN once it has one, so looking a few times a second, and at
    the epoch's end, is enough; Keras looks after every batch.

    Args:
        raise_error: Whether to raise RuntimeError instead: then `on_train_end` of the callbacks is
            not called.

    Raises:
        RuntimeError: In `fit`, if `raise_error` is set.
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_train_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Checks the loss so far in the epoch."""
        self._look(logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Checks the loss of the epoch."""
        self._look(logs or {})

    def _look(self, logs: Logs) -> None:
        loss = logs.get("loss")
        if loss is None or math.isfinite(loss) or self.model.stop_training:
            return
        message = f"The loss is {loss}: ending training. A smaller learning rate often helps."
        if self.raise_error:
            raise RuntimeError(message)
        console.say(message)
        self.model.stop_training = True
