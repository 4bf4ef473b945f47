"""Progress bar in a terminal."""

from __future__ import annotations

import time
from typing import Any

from martlet.progress.text import LineDisplay, format_logs, format_seconds
from martlet.utils import console
from martlet.utils.columns import bar

_BAR_WIDTH = 12


class TerminalDisplay(LineDisplay):
    """A bar for each pass, and a line in its place when it has ended.

    A bar is cut to the width of the terminal; the line is not, so that no number is lost.
    """

    def start(self, title: str, total: int) -> None:
        """Draws an empty bar."""
        super().start(title, total)
        self._start = time.monotonic()
        self.update(0, {})

    def update(self, done: int, logs: dict[str, Any]) -> None:
        """Moves the bar."""
        share = done / max(self._total, 1)
        parts = [f"{self._title}: |{bar(share, _BAR_WIDTH):{_BAR_WIDTH}}| {done}/{self._total}"]
        if done:
            left = (time.monotonic() - self._start) / done * (self._total - done)
            whole = f"{left:.0f} s" if left < 60 else format_seconds(left)
            parts += [f"{whole} left", format_logs(logs)]
        console.draw(" - ".join(part for part in parts if part))

    def close(self) -> None:
        """Takes the bar away."""
        console.erase()
