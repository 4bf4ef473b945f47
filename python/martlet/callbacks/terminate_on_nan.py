"""Ends training when the loss is no longer a number."""

from __future__ import annotations

import math

from martlet.callbacks.callback import Callback, Logs


class TerminateOnNaN(Callback):
    """Ends training when the loss is NaN or infinite.

    The mean loss of an epoch keeps a NaN once it has one, so looking a few times a second is
    enough.
    """

    def on_train_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Looks at the loss so far."""
        self._look(logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks at the loss of the epoch."""
        self._look(logs or {})

    def _look(self, logs: Logs) -> None:
        loss = logs.get("loss")
        if loss is not None and not math.isfinite(loss) and not self.model.stop_training:
            print(f"The loss is {loss}: ending training. A smaller learning rate often helps.")
            self.model.stop_training = True
