"""Progress as a bar in a terminal, drawn by tqdm."""

from __future__ import annotations

import sys

from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

from martlet.progress.text import LineDisplay, format_logs

_FORMAT = (
    "{desc}: {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"
)


class _Bar(tqdm):  # type: ignore[misc,type-arg,unused-ignore]
    # tqdm would start a thread that looks for bars which have fallen behind; ours are told when to
    # draw.
    monitor_interval = 0


class TerminalDisplay(LineDisplay):
    """A bar for each pass, and a line in its place when it has ended.

    A bar is cut to the width of the terminal; the line is not, so that no number is lost.
    """

    def __init__(self) -> None:
        self._bar: _Bar | None = None

    def start(self, title: str, total: int) -> None:
        """Draws an empty bar."""
        self.close()
        super().start(title, total)
        self._bar = _Bar(
            total=total,
            desc=title,
            file=sys.stdout,
            bar_format=_FORMAT,
            mininterval=0,
            miniters=1,
            leave=False,
        )

    def update(self, done: int, logs: dict[str, float]) -> None:
        """Moves the bar."""
        if self._bar is not None:
            self._bar.set_postfix_str(format_logs(logs), refresh=False)
            self._bar.update(done - self._bar.n)

    def finish(self, seconds: float, logs: dict[str, float]) -> None:
        """Puts a line in the bar's place."""
        self.close()
        super().finish(seconds, logs)

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
