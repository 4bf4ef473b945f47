"""Progress as lines of text."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from martlet.progress.display import Display
from martlet.utils import console


def format_logs(logs: dict[str, Any]) -> str:
    """Writes numbers as "loss: 0.2921 - accuracy: 0.9172"; very small ones keep their digits.

    Arrays, such as a confusion matrix, have no room in a line.
    """
    parts = (
        f"{name}: {value:.4f}" if abs(value) >= 1e-3 or value == 0 else f"{name}: {value:.4g}"
        for name, value in logs.items()
        if not np.ndim(value)
    )
    return " - ".join(parts)


def format_seconds(seconds: float) -> str:
    """Writes a duration as "0.42 s", "12 s" or "2 min 05 s"."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


class LineDisplay(Display):
    """One line for each pass, when it has ended."""

    def start(self, title: str, total: int) -> None:
        """Keeps what the line will begin with."""
        self._title = title
        self._total = total

    def finish(self, seconds: float, logs: dict[str, Any]) -> None:
        """Prints the line."""
        parts = (self._title, format_seconds(seconds), format_logs(logs))
        console.say(" - ".join(part for part in parts if part))


class LogDisplay(LineDisplay):
    """One line for each pass, and now and then one for how far a long pass is.

    These become rarer, so that a file with them stays short: the first comes after five seconds
    without a line, each of the next after twice as long as the one before, up to five minutes.
    """

    def __init__(self) -> None:
        self._patience = 5.0
        self._shown = time.monotonic()

    def start(self, title: str, total: int) -> None:
        """Keeps when the pass has started."""
        super().start(title, total)
        self._start = self._shown = time.monotonic()

    def update(self, done: int, logs: dict[str, Any]) -> None:
        """Prints a line if there has been none for long."""
        now = time.monotonic()
        if now - self._shown < self._patience:
            return
        self._shown = now
        self._patience = min(2 * self._patience, 300.0)
        parts = (
            f"{self._title}: {done}/{self._total}",
            format_seconds(now - self._start),
            format_logs(logs),
        )
        console.say(" - ".join(part for part in parts if part))
