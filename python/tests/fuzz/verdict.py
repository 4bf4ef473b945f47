"""Whether an exception is one that helps: raised on purpose, of a kind that users can expect."""

from __future__ import annotations

import ast
import functools
import re
import traceback
from pathlib import Path
from types import TracebackType

import martlet
from fuzz.values import MischiefError

PACKAGE = Path(martlet.__file__).parent
HERE = Path(__file__).parent

EXPECTED = (
    *(TypeError, ValueError, RuntimeError, NotImplementedError, OSError, MemoryError),
    ZeroDivisionError,
)
"""What bad input may raise; subclasses that betray an accident are listed below."""

ACCIDENTS = (RecursionError, UnicodeError)

SIGNATURES = re.compile(
    r"unexpected keyword argument|required (positional|keyword-only) argument|positional argument"
    r"|multiple values for|takes no arguments|missing a required"
)
OPERATORS = re.compile(
    r"unsupported operand type|not supported between|bad operand type|can only concatenate"
    r"|can't concat"
)
READ_ONLY = re.compile(r"has no setter|can't set attribute|can't delete")


def complaint(error: BaseException) -> str | None:
    """Returns why the exception does not help, or None when it does."""
    if isinstance(error, MischiefError):
        return None
    if isinstance(error, (SystemExit, GeneratorExit)):
        return "ends the program"
    text = str(error)
    frames = traceback.extract_tb(error.__traceback__)
    innermost = Path(frames[-1].filename)
    if isinstance(error, AttributeError):
        on_purpose = _is_raise(frames[-1]) or READ_ONLY.search(text)
        return None if on_purpose else "an attribute that the code took for granted"
    if not isinstance(error, EXPECTED) or isinstance(error, ACCIDENTS):
        return f"a {type(error).__name__}"
    if len(text) < 15 and not isinstance(error, MemoryError):
        return "says too little"
    if isinstance(error, (OSError, MemoryError)):
        return None
    if OPERATORS.search(text):
        return None
    if innermost.is_relative_to(HERE):
        return None if SIGNATURES.search(text) else "escapes without a frame of the package"
    if innermost.name == "_keras.py" and SIGNATURES.search(text):
        return None
    if not innermost.is_relative_to(PACKAGE):
        return f"comes from {innermost.name}"
    if _is_raise(frames[-1]) or _is_engine_call(frames[-1]) or frames[-1].name in USER_CALLERS:
        return None
    return "not raised on purpose"


def describe(error: BaseException) -> str:
    """Returns the kind, the message, and the lines of the package that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in frames
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return f"{type(error).__name__}: {str(error)[:160]} [{' > '.join(places[-4:])}]"


def forget(error: BaseException) -> None:
    """Lets go of the frames, which keep models alive."""
    trace: TracebackType | None = error.__traceback__
    if trace is not None:
        traceback.clear_frames(trace)


def _is_raise(frame: traceback.FrameSummary) -> bool:
    return any(first <= (frame.lineno or 0) <= last for first, last in _raises(frame.filename))


def _is_engine_call(frame: traceback.FrameSummary) -> bool:
    return "core." in (frame.line or "") or frame.name in ENGINE_CALLERS


ENGINE_CALLERS = frozenset({"train_on_batch", "test_on_batch", "_train", "measure"})
"""Functions whose calls into the engine take several lines."""


USER_CALLERS = frozenset({"call", "summary", "on_epoch_begin"})
"""Functions that call a function of the user's own, whose errors come through as they are."""


@functools.cache
def _raises(filename: str) -> list[tuple[int, int]]:
    tree = ast.parse(Path(filename).read_text(encoding="utf-8"))
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
    ]
