"""Text on the screen: its stream, width and character set.

All that the package prints or warns of goes through here, so that no stream can make a run fail:
one that is missing, closed, without `isatty`, or without the characters that a table is drawn with.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from typing import Any

from martlet.utils.columns import cut, extent

_PLAIN = str.maketrans("┌┬┐├┼┤└┴┘│─█▉▊▋▌▍▎▏·", "+++++++++|-########.")
"""ASCII in the place of what tables and bars are drawn with, one for one: columns stay columns."""

DEFAULT_COLUMNS = 80
"""How wide a page is that has no width, such as a file or a notebook's cell."""


class _Drawn:
    """The line that `draw` has left on the screen."""

    stream: Any = None
    extent = 0


def say(text: str = "", end: str = "\n") -> None:
    """Prints text and flushes. A stream that cannot take it is passed over."""
    erase()
    _write(sys.stdout, text + end)


def draw(line: str) -> None:
    """Shows a line that gives way to whatever is shown next; it is cut to the terminal's width."""
    line = cut(line, columns() - 1)
    covered = _Drawn.extent - extent(line) if _Drawn.stream is sys.stdout else 0
    _write(sys.stdout, "\r" + line + " " * covered)
    _Drawn.stream, _Drawn.extent = sys.stdout, extent(line)


def erase() -> None:
    """Takes the line away that `draw` has shown."""
    if _Drawn.stream is not None and _Drawn.stream is sys.stdout:
        _write(sys.stdout, "\r" + " " * _Drawn.extent + "\r")
    _Drawn.stream, _Drawn.extent = None, 0


def complain(text: str) -> None:
    """Prints text to the standard error stream, likewise."""
    _write(sys.stderr, text + "\n")


def warn(message: str) -> None:
    """Warns, and names the user's line that led here: the nearest one outside of this package.

    Raises:
        UserWarning: The user asked for warnings to be raised.
    """
    try:
        warnings.warn(message, UserWarning, stacklevel=_level_of_user())
    except Warning:
        raise
    except Exception:
        # `warnings` forgives a stream that is missing, but none that is closed.
        return


def drawable(text: str) -> str:
    """Returns text in characters that can be printed: itself, or the like in ASCII."""
    return _representable(text, sys.stdout)


def columns() -> int:
    """Returns how wide the terminal is; 80 where there is none."""
    return shutil.get_terminal_size((DEFAULT_COLUMNS, 24)).columns


def is_terminal() -> bool:
    """Whether what is printed goes to a terminal."""
    try:
        return bool(sys.stdout.isatty())
    except Exception:
        return False


def is_notebook() -> bool:
    """Whether a notebook's kernel runs this process. IPython is not imported to find out."""
    get_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_shell() if get_shell is not None else None
    # Colab's shell is a subclass.
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__)


def display(item: Any) -> Any:
    """Shows an object in the notebook; returns a handle whose `update` shows another in its place.

    The object has `_repr_html_`, and a `__repr__` for where HTML is not shown.
    """
    return sys.modules["IPython"].display.display(item, display_id=True)


def _write(stream: Any, text: str) -> None:
    for version in (_representable(text, stream), _ascii(text)):
        try:
            stream.write(version)
            stream.flush()
        except UnicodeError:
            continue
        except Exception:
            # Whatever a stream raises (a closed window's may be any class), it is no fault of the
            # training that prints.
            return
        return


def _representable(text: str, stream: Any) -> str:
    encoding = getattr(stream, "encoding", None)
    if not isinstance(encoding, str):
        encoding = "utf-8"
    try:
        text.encode(encoding)
    except UnicodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    except LookupError:
        return _ascii(text)
    return text


def _ascii(text: str) -> str:
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


def _level_of_user() -> int:
    # From `warn`, which is the first level; this function is below it.
    frame, level = sys._getframe(2), 2
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__")):
        frame, level = frame.f_back, level + 1
    return level


def _is_ours(module: Any) -> bool:
    return isinstance(module, str) and module.split(".")[0] == "martlet"
