"""Progress bar of training, under Keras's name."""

from __future__ import annotations

from typing import Any

from martlet.callbacks.callback import Logs
from martlet.callbacks.progress_bar import ProgressBar


class ProgbarLogger(ProgressBar):
    """Progress bar of training, under Keras's name: as talkative as `verbose` of `fit` says.

    `fit` adds a bar itself, so that there is no need of this one; they are not shown twice.
    """

    def __init__(self) -> None:
        super().__init__()

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes over how much the run is to show."""
        super().set_params(params)
        self.verbose = params.get("verbose", 1)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Starts a bar, if the run shows any."""
        if self.verbose:
            super().on_epoch_begin(epoch, logs)
