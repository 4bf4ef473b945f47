"""Progress as lines of text."""

from __future__ import annotations

from martlet.progress.display import Display


def format_logs(logs: dict[str, float]) -> str:
    """Writes numbers as "loss: 0.2921 - accuracy: 0.9172"; very small ones keep their digits."""
    parts = (
        f"{name}: {value:.4f}" if abs(value) >= 1e-3 or value == 0 else f"{name}: {value:.4g}"
        for name, value in logs.items()
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

    def finish(self, seconds: float, logs: dict[str, float]) -> None:
        """Prints the line."""
        parts = (self._title, format_seconds(seconds), format_logs(logs))
        print(" - ".join(part for part in parts if part), flush=True)
