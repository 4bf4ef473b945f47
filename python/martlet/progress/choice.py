"""Which display suits where the program runs."""

from __future__ import annotations

import importlib.util
import sys
from typing import Literal

from martlet import _checks
from martlet.progress.display import Display
from martlet.progress.text import LineDisplay

Verbose = Literal["auto", 0, 1, 2]


def resolve_verbose(owner: str, verbose: Verbose | int | str) -> int:
    """Returns 0 (silent), 1 (a bar) or 2 (one line for each epoch).

    Args:
        owner: The method's name, for messages.
        verbose: "auto" is 1 in a terminal or notebook and 2 elsewhere.
    """
    if isinstance(verbose, str) and verbose == "auto":
        return 1 if is_notebook() or is_terminal() else 2
    number = int(verbose) if isinstance(verbose, bool) else verbose
    return int(_checks.choice(owner, "verbose", number, ("auto", 0, 1, 2)))


def display_for(verbose: int) -> Display:
    """Returns the display for 1 or 2. A bar where none can be drawn becomes lines."""
    if verbose == 1 and is_notebook():
        from martlet.progress.notebook import NotebookDisplay

        return NotebookDisplay()
    if verbose == 1 and is_terminal() and importlib.util.find_spec("tqdm") is not None:
        from martlet.progress.terminal import TerminalDisplay

        return TerminalDisplay()
    return LineDisplay()


def is_terminal() -> bool:
    """Whether what is printed goes to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def is_notebook() -> bool:
    """Whether a notebook's kernel runs this process. IPython is not imported to find out."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"
