"""Base class of progress displays."""

from __future__ import annotations

from typing import Any


class Display:
    """Base class of progress displays. `ProgressBar` limits how often it is called."""

    def start(self, title: str, total: int) -> None:
        """Starts the display of a pass over the data.

        Args:
            title: Such as "Epoch 1/5".
            total: How many batches it has.
        """

    def update(self, done: int, logs: dict[str, Any]) -> None:
        """Shows the number of batches done."""

    def finish(self, seconds: float, logs: dict[str, Any]) -> None:
        """Shows the end of a pass over the data."""

    def close(self) -> None:
        """Ends the display."""
