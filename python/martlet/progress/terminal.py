"""Progress as a bar in a terminal, drawn by tqdm."""

from __future__ import annotations

import sys

from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

from martlet.progress.display import Display
from martlet.progress.text import format_logs

_FORMAT = (
    "{desc}: {percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"
)


class _Bar(tqdm):  # type: ignore[misc,type-arg,unused-ignore]
    # tqdm would start a thread that looks for bars which have fallen behind; ours are told when to
    # draw.
    monitor_interval = 0


class TerminalDisplay(Display):
    """A bar for each pass; it stays when the pass has ended."""

    def __init__(self) -> None:
        self._bar: _Bar | None = None

    def start(self, title: str, total: int) -> None:
        """Draws an empty bar."""
        self.close()
        self._bar = _Bar(
            total=total, desc=title, file=sys.stdout, bar_format=_FORMAT, mininterval=0, miniters=1
        )

    def update(self, done: int, logs: dict[str, float]) -> None:
        """Moves the bar."""
        if self._bar is not None:
            self._bar.set_postfix_str(format_logs(logs), refresh=False)
            self._bar.update(done - self._bar.n)

    def finish(self, seconds: float, logs: dict[str, float]) -> None:
        """Fills the bar and leaves it there."""
        if self._bar is not None:
            self.update(self._bar.total, logs)
            self.close()

    def close(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
