"""Locks that a fork leaves usable."""

from __future__ import annotations

import os
import threading
import weakref


class Turn:
    """Lets one thread at a time in; that one may enter again. Used with `with`.

    In the child of a fork it is free, unless the thread that forked had entered it.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _turns.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def renew(self) -> None:
        """Makes the lock anew in a process whose other threads are gone."""
        if not self._lock._is_owned():  # type: ignore[attr-defined]
            self._lock = threading.RLock()


_turns: weakref.WeakSet[Turn] = weakref.WeakSet()

CONSTRUCTION = threading.RLock()
"""Held while layers are tied to networks and networks to the engine, so that threads which share
layers or models see them whole. A fork waits for it. Who holds it must not wait for a `Turn`."""


def _renew_all() -> None:
    CONSTRUCTION.release()
    for turn in list(_turns):
        turn.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=CONSTRUCTION.acquire,
        after_in_parent=CONSTRUCTION.release,
        after_in_child=_renew_all,
    )
