"""What is used in several places of one description is described once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_DESCRIBED: ContextVar[dict[int, dict[str, Any]] | None] = ContextVar("described", default=None)
_MADE: ContextVar[dict[int, Any] | None] = ContextVar("made", default=None)


@contextmanager
def describing() -> Iterator[None]:
    """Within it, `described` knows what it has described before."""
    with _opened(_DESCRIBED):
        yield


@contextmanager
def making() -> Iterator[None]:
    """Within it, `made` knows what it has made before."""
    with _opened(_MADE):
        yield


def described(item: Any, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Returns a description, or {"shared": number} where it was given in full before.

    Then the full one has that number as its "id".
    """
    known = _DESCRIBED.get()
    if known is None:
        return describe()
    first = known.get(id(item))
    if first is not None:
        number = sum("id" in entry for entry in known.values())
        return {"shared": first.setdefault("id", number)}
    entry = known[id(item)] = describe()
    return entry


def made(entry: Mapping[str, Any], make: Callable[[], Any]) -> Any:
    """Returns what an entry describes: something new, or what was made for its "id" before.

    Raises:
        ValueError: It is to be the same as something that was not described before.
    """
    known = _MADE.get()
    if "shared" in entry:
        if known is None or not isinstance(entry["shared"], int) or entry["shared"] not in known:
            raise ValueError(
                f"A config says that a layer is the same as number {entry['shared']}, which is "
                "not described before it. Give the whole model's config to from_config."
            )
        return known[entry["shared"]]
    item = make()
    if known is not None and "id" in entry:
        known[entry["id"]] = item
    return item


@contextmanager
def apart() -> Iterator[None]:
    """Within it, everything is described in full."""
    token = _DESCRIBED.set(None)
    try:
        yield
    finally:
        _DESCRIBED.reset(token)


@contextmanager
def _opened(variable: ContextVar[Any]) -> Iterator[None]:
    """Opens a table unless an outer call has one."""
    if variable.get() is not None:
        yield
        return
    token = variable.set({})
    try:
        yield
    finally:
        variable.reset(token)
