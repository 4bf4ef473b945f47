"""Configurations of layers and models: objects to plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from martlet import _checks, _sharing
from martlet._messages import unknown
from martlet.graph import Part
from martlet.layers import composition

_KNOWN: dict[str, type[Any]] = {}
_CUSTOM: WeakValueDictionary[str, type] = WeakValueDictionary()


def know(*classes: type[Any]) -> None:
    """Adds classes of this package to those that a description may name."""
    _KNOWN.update((item.__name__, item) for item in classes)


def of_part(item: Part) -> dict[str, Any]:
    """Returns a layer or model as {"class", "config"}."""
    kind = type(item)
    if composition.is_composed(item) or kind.__name__ not in _KNOWN:
        _CUSTOM[kind.__name__] = kind

    def describe() -> dict[str, Any]:
        return {"class": kind.__name__, "config": item.get_config()}

    return _sharing.described(item, describe)


def part(entry: Mapping[str, Any]) -> Any:
    """Makes the layer or model that `of_part` described, or returns the one that it made before.

    Only classes of this package can be named, and composed ones that this process has described.

    Raises:
        ValueError: No such class.
    """
    return _sharing.made(entry, lambda: _new_part(entry))


def _new_part(entry: Mapping[str, Any]) -> Any:
    name = entry["class"] if "class" in entry else entry["class_name"]
    cls: Any = _KNOWN.get(name) or _CUSTOM.get(name)
    if cls is None:
        raise unknown("layer class", name, _KNOWN)
    if callable(getattr(cls, "call", None)):
        return made(cls, entry["config"])
    return cls.from_config(entry["config"])


def entries(owner: str, config: Mapping[str, Any]) -> list[Any]:
    """Returns the layers of a described model, each {"class", "config"}."""
    found = _checks.items(owner, '"layers"', config["layers"])
    for entry in found:
        if "shared" in _checks.config(owner, entry):
            continue
        _checks.text(owner, '"class"', _checks.config(owner, entry, "class", "config")["class"])
        _checks.config(owner, entry["config"])
    return found


def made(cls: Any, config: Mapping[str, Any]) -> Any:
    """Makes something composed from its settings; a name that it does not take is given later."""
    options = dict(config)
    name = options.pop("name", None)
    trainable = options.pop("trainable", True)
    item = cls(**options)
    if name is not None:
        item.settle_name(name)
    if not trainable:
        item.trainable = False
    return item
