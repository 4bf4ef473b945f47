"""Configurable objects, and the registries that find them by name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from martlet import _checks
from martlet._keras import KerasArguments
from martlet._messages import shown, unknown
from martlet._settings import Declared

T = TypeVar("T")
Self = TypeVar("Self", bound="Configurable")


class Configurable(Declared, KerasArguments):
    """Something described by its constructor's arguments.

    A subclass stores each argument under its own name; in return it can be written as JSON for the
    engine, printed, copied and rebuilt.
    """

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as plain values that JSON can hold."""
        return {name: plain(getattr(self, name)) for name in arguments(type(self))}

    @classmethod
    def from_config(cls: type[Self], config: Mapping[str, Any]) -> Self:
        """Makes an object from what `get_config` returned."""
        return cls(**_checks.config(f"{cls.__name__}.from_config", config))

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads: {"class": ..., "config": {...}}."""
        self.check_declared()
        config = {name: plain(getattr(self, name)) for name in self.declared_settings()}
        return {"class": self.declared_class(), "config": config}

    def __repr__(self) -> str:
        config = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({config})"


class Labelled(Configurable):
    """Something described by settings and a label, which the engine does not know.

    Args:
        name: The label; the default is the class's name in snake case.
    """

    def __init__(self, name: str | None = None) -> None:
        kind = type(self).__name__
        self.name = _checks.label(kind, name, snake_case(kind))


class _ConstructorSignature:
    """The signature of a class is that of its constructor."""

    def __get__(self, instance: object, owner: type[Any]) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        signature = inspect.signature(owner.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class KeepsArguments:
    """Remembers what it was made with, of which the settings of a subclass by a user consist.

    The `__new__` that does so takes anything. `inspect.signature` must not take that for the
    arguments of the class, as it does before Python 3.11.7 where a constructor is inherited.
    """

    __signature__ = _ConstructorSignature()
    _martlet_arguments: tuple[Any, Any]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Remembers the arguments."""
        made = super().__new__(cls)
        made._martlet_arguments = (args, kwargs)
        return made


class Registry(Generic[T]):
    """Finds a class of one family by name, or passes an object of the family through.

    Args:
        kind: What the family is called in error messages.
        base: The family's base class.
        classes: Each is known by its own name and that name in snake case.
        aliases: Further names.
    """

    def __init__(
        self,
        kind: str,
        base: type[T],
        classes: list[type[T]],
        aliases: Mapping[str, type[T]] | None = None,
    ) -> None:
        self.kind = kind
        self.base = base
        self.classes = {item.__name__: item for item in classes}
        self.names = {snake_case(name): item for name, item in self.classes.items()}
        self.names.update(aliases or {})

    def get(self, identifier: Any) -> T:
        """Returns the object that `identifier` stands for.

        Args:
            identifier: A name, a {"class", "config"} dictionary, or an object of the family.

        Raises:
            ValueError: No such name; the message gives the nearest one.
            TypeError: Neither a name nor an object of the family.
        """
        if isinstance(identifier, self.base):
            return identifier
        if isinstance(identifier, str):
            return self.find(identifier)()
        if isinstance(identifier, Mapping) and "class" in identifier:
            kind = _checks.text(self.kind, '"class"', identifier["class"])
            found: Any = self.find(kind)
            made: T = found.from_config(identifier.get("config", {}))
            return made
        if isinstance(identifier, type) and issubclass(identifier, self.base):
            name = identifier.__name__
            raise TypeError(f"Expected an object as {self.kind}, received a class: write {name}().")
        raise TypeError(
            f'Expected {self.kind} to be a name such as "{next(iter(self.names))}" or a '
            f"{self.base.__name__} object, received {shown(identifier)}."
        )

    def find(self, name: str) -> type[T]:
        """Returns the class of that name, in either spelling."""
        found = self.classes.get(name) or self.names.get(name.lower())
        if found is None:
            raise unknown(self.kind, name, self.names)
        return found


def snake_case(name: str) -> str:
    """Writes a class name as Keras does: Dense -> dense, MaxPooling2D -> max_pooling2d."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def arguments(cls: type) -> list[str]:
    """Returns the names of a constructor's own arguments, without self and **kwargs."""
    parameters = inspect.signature(cls).parameters.values()
    return [item.name for item in parameters if item.kind is not item.VAR_KEYWORD]


def plain(value: Any) -> Any:
    """Turns a stored argument into something that JSON can hold."""
    if isinstance(value, Configurable):
        return value.to_engine()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if callable(value):
        return value.__name__
    return value
