"""Callback made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import _checks
from martlet._messages import unknown
from martlet.callbacks.callback import Callback

Function = Callable[..., Any]

_HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


class LambdaCallback(Callback):
    """Callback made of functions.

    Args:
        on_epoch_begin: Called with the epoch and logs, as are the others with what the hook of that
            name in `Callback` takes; None for no function.
        on_epoch_end: See above.
        on_train_begin: See above.
        on_train_end: See above.
        on_train_batch_begin: See above.
        on_train_batch_end: See above.
        **functions: Functions for every other hook of `Callback`, by its name.

    Raises:
        ValueError: No such hook.
        TypeError: Not a function.

    Example:
        >>> losses = []
        >>> callback = martlet.callbacks.LambdaCallback(
        ...     on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
    """

    def __init__(
        self,
        on_epoch_begin: Function | None = None,
        on_epoch_end: Function | None = None,
        on_train_begin: Function | None = None,
        on_train_end: Function | None = None,
        on_train_batch_begin: Function | None = None,
        on_train_batch_end: Function | None = None,
        **functions: Function | None,
    ) -> None:
        functions.update(
            on_epoch_begin=on_epoch_begin,
            on_epoch_end=on_epoch_end,
            on_train_begin=on_train_begin,
            on_train_end=on_train_end,
            on_train_batch_begin=on_train_batch_begin,
            on_train_batch_end=on_train_batch_end,
        )
        for hook, function in functions.items():
            if hook not in _HOOKS:
                raise unknown("hook of LambdaCallback", hook, _HOOKS)
            if function is not None:
                setattr(self, hook, _checks.function("LambdaCallback", hook, function))
