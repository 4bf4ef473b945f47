"""Progress bar in a notebook cell, updated in place.

The output is plain HTML: it needs no widgets, and stays readable in a saved notebook.
"""

from __future__ import annotations

from typing import Any

from martlet.progress.display import Display
from martlet.progress.text import format_logs, format_seconds
from martlet.utils import console

_KEPT_LINES = 200


class NotebookDisplay(Display):
    """A line for each pass that has ended, and a bar for the present one."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._title = ""
        self._total = 1
        self._state: tuple[int, str] | None = None
        self._handle: Any = None

    def start(self, title: str, total: int) -> None:
        """Shows an empty bar."""
        self._title = title
        self._total = total
        self._state = (0, "")
        self._show()

    def update(self, done: int, logs: dict[str, Any]) -> None:
        """Moves the bar."""
        self._state = (done, format_logs(logs))
        self._show()

    def finish(self, seconds: float, logs: dict[str, Any]) -> None:
        """Puts a line in the bar's place."""
        parts = (self._title, format_seconds(seconds), format_logs(logs))
        self._lines.append(" - ".join(part for part in parts if part))
        # A run of thousands of epochs must not make the notebook ever larger.
        del self._lines[:-_KEPT_LINES]
        self._state = None
        self._show()

    def _show(self) -> None:
        if self._handle is None:
            self._handle = console.display(self)
        else:
            self._handle.update(self)

    def __repr__(self) -> str:
        state = self._state
        now = (
            []
            if state is None
            else [f"{self._title}: {state[0]}/{self._total} {state[1]}".rstrip()]
        )
        return "\n".join([*self._lines, *now])

    def _repr_html_(self) -> str:
        from html import (
            escape,  # Its list of entities is long; `import martlet` stays quick without.
        )

        lines = [f"<div>{escape(line)}</div>" for line in self._lines]
        if self._state is not None:
            done, logs = self._state
            bar = f'<progress value="{done}" max="{self._total}"></progress>'
            text = escape(f"{done}/{self._total} {logs}")
            lines.append(f"<div>{escape(self._title)} {bar} {text}</div>")
        return f'<div style="font-family: monospace">{"".join(lines)}</div>'
