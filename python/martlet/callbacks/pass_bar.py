"""Progress bar of `evaluate` and `predict`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.callback_list import CallbackList, listed
from martlet.progress import Display, display_for


class PassBar(Callback):
    """Shows one pass over the data: a bar once it has lasted a moment, and a line at its end.

    Args:
        title: Such as "Evaluate".
        verbose: 1 for a bar, 2 for a line.
        always: Whether the line is shown for a short pass too.
    """

    def __init__(self, title: str, verbose: int, always: bool) -> None:
        self.title = title
        self.verbose = verbose
        self.always = always
        self._display: Display | None = None
        self._start = time.monotonic()

    def on_test_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Moves the bar."""
        self._shown(batches).update(batch, logs)

    def on_predict_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Moves the bar."""
        self._shown(batches).update(batch, logs)

    def finish(self, batches: int, logs: Logs) -> None:
        """Shows the numbers of the whole pass."""
        if self.always or self._display is not None:
            self._shown(batches).finish(time.monotonic() - self._start, logs)

    def close(self) -> None:
        """Ends the display."""
        if self._display is not None:
            self._display.close()
            self._display = None

    def _shown(self, batches: int) -> Display:
        if self._display is None:
            self._display = display_for(self.verbose)
            self._display.start(self.title, batches)
        return self._display


def watching(
    model: Any,
    callbacks: Callback | Iterable[Callback] | None,
    bar: PassBar | None,
    steps: int,
    verbose: int,
) -> CallbackList:
    """Returns the user's callbacks and the bar, if there is one, ready for a pass of a model."""
    bars = [] if bar is None else [bar]
    params = {"steps": steps, "epochs": 1, "verbose": verbose}
    return CallbackList([*listed(callbacks), *bars], model, params)
