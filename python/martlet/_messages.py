"""Error messages for names and settings: what was expected, what was received, what to do."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 120


def shown(value: object) -> str:
    """Returns a value as a message shows it: its `repr`, on one line and not long.

    A `repr` that fails, as that of a list within itself thousands of times, gives the type's name.
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def hint(name: str, choices: Iterable[str]) -> str:
    """Returns ' Did you mean "adam"?' when a known name is close to `name`, else nothing."""
    import difflib  # Needed for errors only; `import martlet` stays quick without it.

    known = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f' Did you mean "{known[close[0]]}"?' if close else ""


def unknown(kind: str, name: str, choices: Iterable[str]) -> ValueError:
    """Returns the error for a name that is not among `choices`, with the nearest match."""
    names = sorted(choices)
    return ValueError(f'Unknown {kind} "{name}".{hint(name, names)} Known: {", ".join(names)}.')


def shape_text(shape: Iterable[int | None]) -> str:
    """Writes a shape without its batch axis as "(batch, 28, 28)"."""
    return f"({', '.join(['batch', *map(str, shape)])})"
