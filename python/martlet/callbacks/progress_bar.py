"""Progress bar of training."""

from __future__ import annotations

import time

from martlet.callbacks.callback import Callback, Logs
from martlet.progress import Display, display_for, resolve_verbose


class ProgressBar(Callback):
    """Progress bar of training, evaluation and prediction.

    Shows each epoch: as a bar in a terminal or notebook, or as a line of text.

    `fit` adds one itself.

    Args:
        verbose: 1 for a bar, 2 for one line for each epoch.
    """

    def __init__(self, verbose: int | str = 1) -> None:
        self.verbose = resolve_verbose("ProgressBar", verbose)
        self._display: Display | None = None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Starts a bar."""
        if self._display is None:
            self._display = display_for(self.verbose)
        self._start = time.monotonic()
        self._display.start(f"Epoch {epoch + 1}/{self.params['epochs']}", self.params["steps"])

    def on_train_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Moves the bar."""
        if self._display is not None:
            self._display.update(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Ends the bar with the numbers of the whole epoch."""
        if self._display is not None:
            self._display.finish(time.monotonic() - self._start, logs or {})

    def close(self) -> None:
        """Ends the display."""
        if self._display is not None:
            self._display.close()
            self._display = None
