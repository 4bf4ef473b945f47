"""Writes the history to a file as it grows."""

from __future__ import annotations

import csv
import os
from typing import Any, TextIO

from martlet.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Writes one line per epoch: the epoch, and the logs in the order of their names.

    Args:
        filename: Where to.
        separator: What stands between the values.
        append: Whether to go on with an existing file.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self._file: TextIO | None = None
        self._writer: csv.DictWriter[str] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the file."""
        self._needs_header = not (
            self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        )
        self._file = open(self.filename, "a" if self.append else "w", newline="")  # noqa: SIM115
        self._writer = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes a line, and hands it to the system at once."""
        assert self._file is not None
        row: dict[str, Any] = {"epoch": epoch, **(logs or {})}
        if self._writer is None:
            names = ["epoch", *sorted(logs or {})]
            self._writer = csv.DictWriter(
                self._file, names, restval="NA", extrasaction="ignore", delimiter=self.separator
            )
            if self._needs_header:
                self._writer.writeheader()
        self._writer.writerow(row)
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
