"""Small tables as text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
