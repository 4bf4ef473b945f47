"""Small tables as text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from martlet.utils.columns import Rows, bar, fitted, laid_out, wrapped


def text_table(
    head: Sequence[str], rows: Rows, right: Collection[int] = (), width: int | None = None
) -> str:
    """Returns a table drawn with lines.

    Args:
        head: The titles of the columns.
        rows: The cells.
        right: The columns whose cells stand at the right.
        width: How wide the table may be; longer cells go over several lines then, and there is a
            rule between rows. None for as wide as it needs to be.
    """
    available = None if width is None else width - 3 * len(head) - 1
    widths = fitted(head, rows, available, right)

    def rule(left: str, middle: str, end: str) -> str:
        return left + middle.join("─" * (width + 2) for width in widths) + end

    blocks = [laid_out(cells, widths, right) for cells in (head, *rows)]
    texts = ["\n".join("│ " + " │ ".join(line) + " │" for line in block) for block in blocks]
    middle = rule("├", "┼", "┤")
    between = f"\n{middle}\n" if any(len(block) > 1 for block in blocks[1:]) else "\n"
    body = [middle, between.join(texts[1:])] if rows else [middle]
    return "\n".join([rule("┌", "┬", "┐"), texts[0], *body, rule("└", "┴", "┘")])


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
    return f'<div style="{_SCROLLS}">{caption}{table}{below}</div>'


_SCROLLS = "overflow-x: auto"
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

    def text(self, width: int | None = None) -> str:
        """Returns the table for a terminal.

        Args:
            width: How wide it may be; longer cells and lines go over several then. None for as wide
                as it needs to be.
        """
        # Two at the left of each column, and two before the bars.
        margin = 2 * len(self.head) + (_BAR_WIDTH + 2 if self.bars else 0)
        available = None if width is None else width - margin
        widths = fitted(self.head, self.rows, available, self.right)

        def line(cells: Sequence[str], share: float = 0.0) -> list[str]:
            parts = laid_out(cells, widths, self.right)
            ends = [bar(share, _BAR_WIDTH), *[""] * len(parts)]
            return [
                f"  {'  '.join(part)}  {end}".rstrip()
                for part, end in zip(parts, ends, strict=False)
            ]

        lines = [*wrapped(self.title, width), *line(self.head)]
        for section, members in self._by_section():
            lines.append(f"{section} ".ljust(sum(widths) + 2 * len(widths), "─"))
            for index in members:
                lines += line(self.rows[index], self._share(index))
        return "\n".join([*lines, *(part for note in self.notes for part in wrapped(note, width))])

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
            f'<div style="{_SCROLLS}"><div><strong>{escape(self.title)}</strong></div><table>'
            f"<thead>{line('th', self.head)}</thead><tbody>{body}</tbody></table>{below}</div>"
        )

    def _by_section(self) -> list[tuple[str, list[int]]]:
        order = range(len(self.rows))
        return [(name, list(rows)) for name, rows in groupby(order, self.sections.__getitem__)]

    def _share(self, row: int) -> float:
        """The length of a row's bar, the longest being one."""
        return self.bars[row] / max(self.bars) if self.bars and self.bars[row] else 0.0


def _html_bar(share: float) -> str:
    width = round(min(share, 1.0) * 80)
    style = f"background: #e8590c; height: 0.8em; width: {width}px"
    return f'<div style="width: 80px"><div style="{style}"></div></div>' if width else ""
