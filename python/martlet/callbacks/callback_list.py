"""Container of callbacks, and what hands them the engine's progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from martlet import _core
from martlet._messages import shown
from martlet.callbacks.callback import Callback, Logs, overrides

Progress = Callable[[int, int, int, tuple[float, ...], bool], bool]


class CallbackList:
    """Container of callbacks: calls each in turn.

    Args:
        callbacks: A callback, some of them, also in lists within lists, or None.
        model: What they watch.
        params: See `Callback`.

    Raises:
        TypeError: Something that is not a Callback.
    """

    def __init__(
        self,
        callbacks: Callback | Iterable[Any] | None,
        model: Any,
        params: dict[str, Any],
    ) -> None:
        self.callbacks = listed(callbacks)
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)
        self.model = model

    def call(self, hook: str, *arguments: Any) -> None:
        """Calls one hook of every callback; `close` of all of them, also after one has raised."""
        if hook == "close":
            with ExitStack() as stack:
                for callback in reversed(self.callbacks):
                    stack.callback(callback.close)
            return
        for callback in self.callbacks:
            getattr(callback, hook)(*arguments)

    def ear(self, kind: str, named: Callable[[tuple[float, ...]], Logs]) -> Ear:
        """Returns the progress function that the engine calls during one run.

        Args:
            kind: "train", "test" or "predict".
            named: Makes logs of the values of the loss and the metrics.
        """
        return Ear(self.callbacks, self.model, kind, named)


def listed(callbacks: Any) -> list[Callback]:
    """Returns one callback, several, or lists of several as one list.

    Raises:
        TypeError: Something that is not a Callback.
    """
    if callbacks is None:
        return []
    found = _flat(callbacks if isinstance(callbacks, (list, tuple)) else [callbacks])
    for callback in found:
        if not isinstance(callback, Callback):
            is_class = isinstance(callback, type) and issubclass(callback, Callback)
            remedy = f" Write {callback.__name__}()." if is_class else ""
            raise TypeError(
                "callbacks: expected martlet.callbacks.Callback objects, received "
                f"{shown(callback)}.{remedy}"
            )
    return found


def _flat(callbacks: Sequence[Any], depth: int = 0) -> list[Any]:
    if depth > _DEEPEST:
        raise TypeError(f"callbacks: expected a list, received lists within {depth} lists.")
    found: list[Any] = []
    for item in callbacks:
        found += _flat(item, depth + 1) if isinstance(item, (list, tuple)) else [item]
    return found


_DEEPEST = 16


class Ear:
    """Passes the engine's progress on to the callbacks that want it, and to no others.

    Attributes:
        interval: Least seconds between two calls; 0 for a call after every batch.
        progress: What the engine calls, or None when nobody listens.
    """

    def __init__(
        self,
        callbacks: Sequence[Callback],
        model: Any,
        kind: str,
        named: Callable[[tuple[float, ...]], Logs],
    ) -> None:
        begin, end = f"on_{kind}_batch_begin", f"on_{kind}_batch_end"
        also = ("on_batch_begin", "on_batch_end") if kind == "train" else ()
        listeners = [
            callback
            for callback in callbacks
            if any(overrides(callback, hook) for hook in (begin, end, *also))
        ]
        self._begins = [getattr(callback, begin) for callback in listeners]
        self._ends = [getattr(callback, end) for callback in listeners]
        hook = f"on_{kind}_progress"
        self._displays = [getattr(item, hook) for item in callbacks if overrides(item, hook)]
        self._model = model
        self._can_stop = kind == "train"
        self._named = named
        self.interval = 0.0 if listeners else _core.DISPLAY_INTERVAL
        self.progress: Progress | None = self._hear if listeners or self._displays else None

    def start(self) -> None:
        """Announces the first batch."""
        for begin in self._begins:
            begin(0, {})

    def _hear(
        self, batch: int, batches: int, samples: int, values: tuple[float, ...], shows: bool
    ) -> bool:
        logs = self._named(values)
        for end in self._ends:
            end(batch - 1, logs)
        for display in self._displays if shows else ():
            display(batch, batches, logs)
        stop = self._can_stop and bool(self._model.stop_training)
        if batch < batches and not stop:
            for begin in self._begins:
                begin(batch, {})
        return stop
