"""Columns of text that fit a width: long cells go over several lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

Rows = Sequence[Sequence[str]]

_LEAST = 4
"""Narrower than this no column of words gets; a number is never broken."""


def extent(text: str) -> int:
    """Returns how many columns text takes; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(_extent_of(character) for character in text)


def fitted(
    head: Sequence[str], rows: Rows, available: int | None, right: Collection[int]
) -> list[int]:
    """Returns how wide each column is, so that together they take no more than is available.

    The widest gives way first.

    Args:
        head: The titles of the columns.
        rows: The cells.
        available: For all columns together; None for as much as they need.
        right: The columns of numbers.
    """
    groups = list(zip(head, *rows, strict=True))
    widths = [max(map(extent, group)) for group in groups]
    if available is None:
        return widths
    least = [
        max(extent(word) for cell in group for word in (cell.split() or [""]))
        if index in right
        else min(widths[index], _LEAST)
        for index, group in enumerate(groups)
    ]
    while sum(widths) > available:
        wide = [index for index in range(len(widths)) if widths[index] > least[index]]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def cut(text: str, width: int) -> str:
    """Returns as much of the beginning of text as fits a width."""
    return text if extent(text) <= width else text[: _place(text, width)]


def bar(share: float, width: int) -> str:
    """Returns a bar of so many columns, of which a fraction is filled to an eighth of one."""
    eighths = round(max(0.0, min(share, 1.0)) * width * 8)
    return "█" * (eighths // 8) + ("▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else "")


def wrapped(text: str, width: int | None) -> list[str]:
    """Returns text as lines of at most a width, broken after a space, comma, slash or underscore.

    A longer piece is broken anywhere.
    """
    if width is None or extent(text) <= width:
        return [text]
    lines = [""]
    for piece in re.split(r"(?<=[\s,/_+])", text):
        if lines[-1] and extent(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
        while extent(lines[-1].rstrip()) > width:
            end = max(_place(lines[-1], width), 1)
            lines[-1:] = [lines[-1][:end], lines[-1][end:]]
    return [line.rstrip() for line in lines if line.strip()]


def laid_out(
    cells: Sequence[str], widths: Sequence[int], right: Collection[int]
) -> list[list[str]]:
    """Returns a row as lines of padded cells."""
    columns = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [
        [
            _padded(column[line] if line < len(column) else "", widths[index], index in right)
            for index, column in enumerate(columns)
        ]
        for line in range(max(map(len, columns), default=0))
    ]


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - extent(text))
    return space + text if right else text + space


def _place(text: str, width: int) -> int:
    taken = 0
    for index, character in enumerate(text):
        taken += _extent_of(character)
        if taken > width:
            return index
    return len(text)


def _extent_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
