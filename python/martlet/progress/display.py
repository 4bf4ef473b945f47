"""What every display can do."""

from __future__ import annotations


class Display:
    """Shows how a run goes on. `ProgressBar` limits how often it is called."""

    def start(self, title: str, total: int) -> None:
        """A pass over the data starts.

        Args:
            title: Such as "Epoch 1/5".
            total: How many batches it has.
        """

    def update(self, done: int, logs: dict[str, float]) -> None:
        """So many batches are done."""

    def finish(self, seconds: float, logs: dict[str, float]) -> None:
        """The pass has ended."""

    def close(self) -> None:
        """Nothing more will be shown."""
