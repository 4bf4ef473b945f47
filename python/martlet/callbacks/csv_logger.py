"""Logs epochs to a CSV file."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from typing import Any, TextIO

import numpy as np

from martlet import _checks, _core
from martlet._messages import shown
from martlet.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Logs the epochs to a CSV file.

    Writes one line per epoch: the epoch, and the logs in the order of their names.

    A number that comes up later, such as `val_loss` with `validation_freq=2`, gets a column of its
    own at the right, and "NA" in the lines before it. (Keras makes columns of `val_` numbers in
    advance, also where nothing is ever measured, and leaves all others out.)

    Args:
        filename: Where to.
        separator: What stands between the values.
        append: Whether to go on with an existing file. Values go under the headings that the file
            has, whatever the callbacks of this run add to the logs.

    Raises:
        ValueError: In `fit`, before the first epoch: the file to go on with was not written with
            this separator, or is no log at all; it is left as it is.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.filename = _checks.path_text("CSVLogger", filename, "filename")
        self.separator = _separator(separator)
        self.append = _checks.flag("CSVLogger", "append", append)
        self._columns: list[str] = []
        self._file: TextIO | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the file."""
        self.close()
        self._columns = self._headings() if self.append else []
        self._file = _opened(self.filename, "a" if self.append else "w")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes a line, and hands it to the system at once."""
        row: dict[str, Any] = {"epoch": epoch}
        for name, value in (logs or {}).items():
            row[name] = value.tolist() if isinstance(value, np.ndarray) else value
        new = [name for name in ("epoch", *sorted(logs or {})) if name not in self._columns]
        if new:
            self._widen(new)
        if self._file is None:
            self._file = _opened(self.filename, "a")
        self._write(self._file, [[row.get(name, "NA") for name in self._columns]])
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _headings(self) -> list[str]:
        if not os.path.exists(self.filename) or os.path.getsize(self.filename) == 0:
            return []
        with _opened(self.filename, "r", errors="replace") as file:
            columns = next(csv.reader(file, delimiter=self.separator), [])
        if columns[:1] != ["epoch"]:
            raise ValueError(
                f'CSVLogger: expected "{self.filename}" to begin with the heading "epoch" and the '
                f'separator "{self.separator}", found {columns}. Pass the separator that the file '
                "was written with, another filename, or append=False to write over it."
            )
        return columns

    def _widen(self, new: list[str]) -> None:
        """Adds columns: to an empty file as headings, to others by writing it anew."""
        if self._columns:
            self.close()
            with _opened(self.filename, "r") as file:
                rows = list(csv.reader(file, delimiter=self.separator))[1:]
            self._replace([row + ["NA"] * len(new) for row in rows], [*self._columns, *new])
        else:
            if self._file is None:
                self._file = _opened(self.filename, "a")
            self._write(self._file, [new])
        self._columns = [*self._columns, *new]

    def _replace(self, rows: list[list[str]], columns: list[str]) -> None:
        text = io.StringIO(newline="")
        self._write(text, [columns, *rows])
        _core.write_file(self.filename, text.getvalue().encode())

    def _write(self, file: Any, rows: Iterable[Iterable[Any]]) -> None:
        csv.writer(file, delimiter=self.separator).writerows(rows)


def _opened(filename: str, mode: str, errors: str = "strict") -> TextIO:
    return open(  # type: ignore[return-value]
        filename, mode, newline="", encoding="utf-8", errors=errors
    )


def _separator(value: Any) -> str:
    if len(_checks.text("CSVLogger", "separator", value)) != 1 or value in '\r\n"':
        raise ValueError(
            "CSVLogger: expected separator to be one character that is no quotation mark and no "
            f"line break, received {shown(value)}."
        )
    return str(value)
