"""Small tables as text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

Rows = Sequence[Sequence[str]]


def text_table(head: Sequence[str], rows: Rows, right: Collection[int] = ()) -> str:
    """Returns a table drawn with lines.

    Args:
        head: The titles of the columns.
        rows: The cells.
        right: The columns whose cells stand at the right.
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "│ " + " │ ".join(padded) + " │"

    def rule(left: str, middle: str, end: str) -> str:
        return left + middle.join("─" * (width + 2) for width in widths) + end

    return "\n".join(
        [
            rule("┌", "┬", "┐"),
            line(head),
            rule("├", "┼", "┤"),
            *map(line, rows),
            rule("└", "┴", "┘"),
        ]
    )


def html_table(
    head: Sequence[str],
    rows: Rows,
    right: Collection[int] = (),
    title: str = "",
    notes: Sequence[str] = (),
) -> str:
    """Returns a table as HTML; every text is escaped."""
    from html import escape  # Its list of entities is long; `import martlet` stays quick without.

    def cell(tag: str, index: int, text: str) -> str:
        side = "right" if index in right else "left"
        return f'<{tag} style="text-align: {side}">{escape(text)}</{tag}>'

    def line(tag: str, cells: Sequence[str]) -> str:
        return (
            "<tr>" + "".join(cell(tag, index, text) for index, text in enumerate(cells)) + "</tr>"
        )

    caption = f"<div><strong>{escape(title)}</strong></div>" if title else ""
    below = "".join(f"<div>{escape(note)}</div>" for note in notes)
    body = "".join(line("td", cells) for cells in rows)
    table = f"<table><thead>{line('th', head)}</thead><tbody>{body}</tbody></table>"
    return f"<div>{caption}{table}{below}</div>"


_BAR = "▏▎▍▌▋▊▉█"
_BAR_WIDTH = 8
_MUTED = "color: gray; font-size: 85%"
_SECTION = f"{_MUTED}; text-align: left; border-top: 1px solid rgba(128, 128, 128, 0.4)"


@dataclass(frozen=True)
class Table:
    """A table in sections, without lines between columns; narrow enough for a notebook.

    Attributes:
        head: The titles of the columns.
        rows: The cells.
        right: The columns whose cells stand at the right.
        sections: The section that each row belongs to; equal neighbours share a heading.
        bars: A number for each row, drawn as a bar behind the last column; none if empty.
        title: What stands above.
        notes: What stands below, a line each.
    """

    head: Sequence[str]
    rows: Rows
    right: Collection[int]
    sections: Sequence[str]
    bars: Sequence[float] = ()
    title: str = ""
    notes: Sequence[str] = ()

    def text(self) -> str:
        """Returns the table for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]

        def line(cells: Sequence[str], share: float = 0.0) -> str:
            padded = (
                cell.rjust(width) if index in self.right else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            return f"  {'  '.join(padded)}  {_bar(share)}".rstrip()

        lines = [self.title, line(self.head)]
        for section, members in self._by_section():
            lines.append(f"{section} ".ljust(sum(widths) + 2 * len(widths), "─"))
            lines += [line(self.rows[index], self._share(index)) for index in members]
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        """Returns the table as HTML; every text is escaped."""
        from html import escape  # Its list of entities is long; see `html_table`.

        def cell(tag: str, index: int, text: str) -> str:
            side = "right" if index in self.right else "left"
            return f'<{tag} style="text-align: {side}">{escape(text)}</{tag}>'

        def line(tag: str, cells: Sequence[str], share: float = 0.0) -> str:
            inner = "".join(cell(tag, index, text) for index, text in enumerate(cells))
            bar = f"<{tag}>{_html_bar(share)}</{tag}>" if self.bars else ""
            return f"<tr>{inner}{bar}</tr>"

        body = ""
        width = len(self.head) + bool(self.bars)
        for section, members in self._by_section():
            body += f'<tr><th colspan="{width}" style="{_SECTION}">{escape(section)}</th></tr>'
            body += "".join(line("td", self.rows[i], self._share(i)) for i in members)
        below = "".join(f'<div style="{_MUTED}">{escape(note)}</div>' for note in self.notes)
        return (
            f"<div><div><strong>{escape(self.title)}</strong></div><table>"
            f"<thead>{line('th', self.head)}</thead><tbody>{body}</tbody></table>{below}</div>"
        )

    def _by_section(self) -> list[tuple[str, list[int]]]:
        order = range(len(self.rows))
        return [(name, list(rows)) for name, rows in groupby(order, self.sections.__getitem__)]

    def _share(self, row: int) -> float:
        """The length of a row's bar, the longest being one."""
        return self.bars[row] / max(self.bars) if self.bars and self.bars[row] else 0.0


def _bar(share: float) -> str:
    eighths = round(min(share, 1.0) * _BAR_WIDTH * 8)
    return "█" * (eighths // 8) + (_BAR[eighths % 8 - 1] if eighths % 8 else "")


def _html_bar(share: float) -> str:
    width = round(min(share, 1.0) * 80)
    style = f"background: #e8590c; height: 0.8em; width: {width}px"
    return f'<div style="width: 80px"><div style="{style}"></div></div>' if width else ""
