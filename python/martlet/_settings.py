"""Settings of the engine's classes, which the engine declares: kinds, limits and defaults.

`martlet._core.registry()` tells them. A constructor hands each of its arguments to `_setting` by
its name, so that no limit stands in Python.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from martlet import _checks, _core
from martlet._messages import shown

Setting = Mapping[str, Any]
"""Name, kind, limits, meaning and, if it need not be given, default; see `martlet.h`."""


@functools.cache
def registry() -> dict[str, dict[str, dict[str, Setting]]]:
    """Returns the settings by family ("layers"), class ("Dense") and name ("units")."""
    families = json.loads(_core.registry())
    return {
        family: {
            entry["class"]: {setting["name"]: setting for setting in entry["settings"]}
            for entry in classes
        }
        for family, classes in families.items()
    }


class Declared:
    """A base of classes whose settings the engine declares."""

    family: ClassVar[str]
    """Where the registry lists the class."""

    engine_class: ClassVar[str | None] = None
    """What the engine calls the class, where that is another name than Python's."""

    python_arguments: ClassVar[tuple[str, ...]] = ()
    """Arguments that the engine does not know, because Python alone sees to them."""

    @classmethod
    def declared_class(cls) -> str | None:
        """Returns what the engine calls the class, or the one that a user's is derived from."""
        known = registry()[cls.family]
        names = (vars(base).get("engine_class") or base.__name__ for base in cls.__mro__)
        return next((name for name in names if name in known), None)

    @classmethod
    def declared_settings(cls) -> dict[str, Setting]:
        """Returns the settings of that class by name; none of a class that is not the engine's."""
        name = cls.declared_class()
        return {} if name is None else registry()[cls.family][name]

    @classmethod
    def check_declared(cls) -> None:
        """Refuses a class that is neither the engine's nor derived from one that is.

        Raises:
            ValueError: The message lists the classes of the family.
        """
        if cls.declared_class() is None:
            raise ValueError(
                f"{cls.__name__} is no class of the engine, which has the {cls.family} "
                f"{', '.join(registry()[cls.family])}. Use one of them, or derive a class from it."
            )

    def _setting(self, name: str, value: Any) -> Any:
        """Returns the value of a setting in the form that the engine takes.

        Raises:
            TypeError: The value is of another kind.
            ValueError: The value is out of the engine's limits.
        """
        known = self.declared_settings()
        if name not in known:
            self.check_declared()
            raise TypeError(
                f'{type(self).__name__}: "{name}" is no setting that the engine has. Its settings: '
                f"{', '.join(known)}."
            )
        setting = known[name]
        if value is None and setting.get("optional"):
            return None
        return _CONVERSIONS[setting["kind"]](type(self).__name__, name, value, setting)


def _integer(owner: str, name: str, value: Any, setting: Setting) -> int:
    return _checks.integer(owner, name, value, setting.get("minimum"), **_maximum(setting))


def _maximum(setting: Setting) -> dict[str, int]:
    return {"maximum": int(setting["maximum"])} if "maximum" in setting else {}


def _extent(owner: str, name: str, value: Any, setting: Setting) -> int:
    alone = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    return _integer(owner, name, alone, setting)


def _pair(owner: str, name: str, value: Any, setting: Setting) -> tuple[int, int]:
    return _checks.pair(owner, name, value, setting["minimum"])


def _integers(owner: str, name: str, value: Any, setting: Setting) -> tuple[int, ...]:
    return _checks.shape(owner, name, value, setting["minimum"])


def _sides(owner: str, name: str, value: Any, setting: Setting) -> tuple[tuple[int, int], ...]:
    axes: Any = value if isinstance(value, (tuple, list)) else (value, value)
    if len(axes) != 2:
        raise ValueError(
            f"{owner}: expected {name} to be one integer, two (rows, columns) or two pairs "
            f"((top, bottom), (left, right)), received {shown(value)}."
        )
    return tuple(_pair(owner, name, axis, setting) for axis in axes)


def _number(owner: str, name: str, value: Any, setting: Setting) -> float:
    if setting.get("above") == 0:
        _checks.positive(owner, name, value)
    elif setting.get("factor"):
        _checks.factor(owner, name, value, setting.get("minimum", -math.inf))
    return _checks.number(
        owner,
        name,
        value,
        minimum=setting.get("minimum", -math.inf),
        below=setting.get("below", math.inf),
        maximum=setting.get("maximum", math.inf),
    )


def _numbers(owner: str, name: str, value: Any, setting: Setting) -> list[float]:
    found = _checks.items(owner, name, value)
    return [_number(owner, f"each of {name}", item, setting) for item in found]


def _thresholds(owner: str, name: str, value: Any, setting: Setting) -> float | list[float]:
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__len__"):
        return _number(owner, name, value, setting)
    found = _numbers(owner, name, value, setting)
    if not found:
        raise ValueError(f"{owner}: expected {name} to be a number or several, received none.")
    return found


def _flag(owner: str, name: str, value: Any, setting: Setting) -> bool:
    return _checks.flag(owner, name, value)


def _choice(owner: str, name: str, value: Any, setting: Setting) -> Any:
    # As in Keras, "SAME" is "same".
    given = value.lower() if name == "padding" and isinstance(value, str) else value
    return _checks.choice(owner, name, given, tuple(setting["choices"]))


def _only(owner: str, name: str, value: Any, setting: Setting) -> Any:
    only = setting["default"]
    if value is None or (type(value) is type(only) and value == only):
        return only
    raise ValueError(
        f"{owner}: expected {name} to be {shown(only)}, the only choice; received {shown(value)}. "
        f"{setting['meaning']}"
    )


def _seed(owner: str, name: str, value: Any, setting: Setting) -> int:
    return _integer(owner, name, value, setting)


_CONVERSIONS: dict[str, Callable[[str, str, Any, Setting], Any]] = {
    "choice": _choice,
    "extent": _extent,
    "flag": _flag,
    "integer": _integer,
    "integers": _integers,
    "number": _number,
    "numbers": _numbers,
    "only": _only,
    "pair": _pair,
    "seed": _seed,
    "sides": _sides,
    "thresholds": _thresholds,
}
