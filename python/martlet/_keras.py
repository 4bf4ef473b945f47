"""Keras's arguments that Martlet does not have: taken at Keras's default, refused otherwise.

`keras_arguments.json` lists the arguments of Keras's classes and methods, in Keras's order and with
Keras's defaults; `scripts/keras_arguments.py` writes it. A line of a tutorial that spells a default
out, `Dense(10, kernel_regularizer=None)`, then means what it says, and a value that would change
the result is never ignored.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from martlet._messages import hint, shown

Function = TypeVar("Function", bound=Callable[..., Any])

KERAS_ARGUMENTS: dict[str, list[list[Any]]] = json.loads(
    Path(__file__).with_name("keras_arguments.json").read_text(encoding="utf-8")
)
"""[name, default] for each argument by class or function; [name] for one that must be given."""

_SAME_AS_NONE = {"data_format": "channels_last", "dtype": "float32"}
"""The only ones that there are."""


class KerasArguments:
    """A base whose subclasses take the arguments of Keras's class of the same name."""

    shared_arguments: tuple[str, ...] = ()
    """Names that a constructor knows without naming them, because it hands on its **kwargs."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        family = cls.__module__.removeprefix("martlet.").rpartition(".")[0]
        expected = KERAS_ARGUMENTS.get(f"{family}.{cls.__name__}")
        if expected:
            own: Any = cls.__init__
            if "__init__" not in vars(cls):
                own = inspect.unwrap(own)
            made = _accepting(own, cls.__name__, expected, cls.shared_arguments)
            cls.__init__ = made  # type: ignore[method-assign]


def takes_keras_arguments(name: str) -> Callable[[Function], Function]:
    """Lets a function or method take the arguments of Keras's.

    Args:
        name: Such as "Model.fit".
    """
    return lambda function: _accepting(
        function, name.rpartition(".")[2], KERAS_ARGUMENTS[f"models.{name}"]
    )


def _accepting(
    function: Function, owner: str, expected: Sequence[Sequence[Any]], shared: Sequence[str] = ()
) -> Function:
    own = list(inspect.signature(function).parameters)
    first = 1 if own[0] == "self" else 0
    names = [name for name, *_ in expected]
    foreign = {name: rest for name, *rest in expected if name not in (*own, *shared)}
    agreed = first + _agreement(own[first:], names)
    kinds = [item.kind for item in inspect.signature(function).parameters.values()]
    is_open = inspect.Parameter.VAR_KEYWORD in kinds

    @functools.wraps(function)
    def accepting(*args: Any, **kwargs: Any) -> Any:
        if len(args) > agreed:
            rest = names[agreed - first :]
            twice = [name for name in rest[: len(args) - agreed] if name in kwargs]
            if twice:
                raise TypeError(f"{owner}: received {twice[0]} twice, by its place and its name.")
            if len(args) - agreed <= len(rest):
                kwargs = {**dict(zip(rest, args[agreed:], strict=False)), **kwargs}
                args = args[:agreed]
        for name in [name for name in kwargs if name in foreign]:
            _check_default(owner, name, kwargs.pop(name), *foreign[name])
        for name in () if is_open else kwargs:
            if name not in own:
                raise TypeError(f'{owner}: unknown argument "{name}".{hint(name, own)}')
        return function(*args, **kwargs)

    return accepting  # type: ignore[return-value]


def _agreement(own: Sequence[str], names: Sequence[str]) -> int:
    """How many positional arguments mean the same in Martlet and in Keras."""
    pairs = enumerate(zip(own, names, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(own), len(names)))


def _check_default(owner: str, name: str, value: Any, default: Any = None) -> None:
    is_plain = isinstance(value, (bool, int, float, str))
    same = is_plain and isinstance(value, bool) == isinstance(default, bool) and value == default
    if value is None or same or (is_plain and value == _SAME_AS_NONE.get(name)):
        return
    remedy = " Optimizers have weight_decay." if name.endswith("_regularizer") else ""
    raise TypeError(
        f"{owner}: {name}={shown(value)} is not supported yet. Leave it out: Keras's default, "
        f"{default!r}, is what there is.{remedy}"
    )
