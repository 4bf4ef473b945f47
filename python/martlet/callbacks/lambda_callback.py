"""A callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet._messages import unknown
from martlet.callbacks.callback import Callback

_HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


class LambdaCallback(Callback):
    """Calls the functions that it is given.

    Args:
        **functions: Functions by hook name: on_epoch_end=lambda epoch, logs: ..., and so on for
            every hook of `Callback`.

    Raises:
        ValueError: No such hook.
        TypeError: Not a function.

    Example:
        >>> losses = []
        >>> callback = martlet.callbacks.LambdaCallback(
        ...     on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
    """

    def __init__(self, **functions: Callable[..., Any] | None) -> None:
        for hook, function in functions.items():
            if hook not in _HOOKS:
                raise unknown("hook of LambdaCallback", hook, _HOOKS)
            if function is not None:
                if not callable(function):
                    raise TypeError(
                        f"LambdaCallback: expected {hook} to be a function, received {function!r}."
                    )
                setattr(self, hook, function)
