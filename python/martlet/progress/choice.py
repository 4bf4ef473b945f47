"""Choice of the progress display that suits where the program runs."""

from __future__ import annotations

from typing import Literal

from martlet import _checks
from martlet.progress.display import Display
from martlet.progress.notebook import NotebookDisplay
from martlet.progress.terminal import TerminalDisplay
from martlet.progress.text import LineDisplay, LogDisplay
from martlet.utils import console

Verbose = Literal["auto", 0, 1, 2]


def resolve_verbose(owner: str, verbose: Verbose | int | str) -> int:
    """Returns 0 (silent), 1 (as lively as the place allows) or 2 (one line for each epoch).

    Args:
        owner: The method's name, for messages.
        verbose: "auto" is 1.
    """
    if isinstance(verbose, str) and verbose == "auto":
        return 1
    number = int(verbose) if isinstance(verbose, bool) else verbose
    return int(_checks.choice(owner, "verbose", number, ("auto", 0, 1, 2)))


def display_for(verbose: int) -> Display:
    """Returns the display for 1 or 2. Where no bar can be drawn, 1 gives lines now and then."""
    if verbose != 1:
        return LineDisplay()
    if console.is_notebook():
        return NotebookDisplay()
    return TerminalDisplay() if console.is_terminal() else LogDisplay()
