"""How the engine runs a batch."""

from __future__ import annotations

import json
from typing import Any

from martlet.utils.table import html_table, text_table


class Plan:
    """The steps of one batch, readable as text, as an HTML table, and as plain values.

    Args:
        text: The engine's JSON.

    Attributes:
        facts: All that the engine says.
        steps: One dictionary for each step, in the order in which they run.
    """

    def __init__(self, text: str) -> None:
        self.facts: dict[str, Any] = json.loads(text)
        self.steps: list[dict[str, Any]] = self.facts["steps"]

    def __str__(self) -> str:
        head, rows = self._table()
        return "\n".join([text_table(head, rows), *self._notes()])

    def __repr__(self) -> str:
        return f"<Plan of {len(self.steps)} steps>"

    def _repr_html_(self) -> str:
        head, rows = self._table()
        return html_table(head, rows, notes=self._notes())

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = list(dict.fromkeys(key for step in self.steps for key in step))
        return head, [[_cell(step.get(key)) for key in head] for step in self.steps]

    def _notes(self) -> list[str]:
        return [f"{key}: {_cell(value)}" for key, value in self.facts.items() if key != "steps"]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return (
            ", ".join(map(_cell, value))
            if value and isinstance(value[0], str)
            else str(tuple(value))
        )
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
