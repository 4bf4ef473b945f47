"""Nested values: one value, a list or a dictionary of values, flattened and packed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Structure:
    """How several values were put together.

    Args:
        value: One value, a list or tuple of them, or a dictionary.

    Attributes:
        kind: "one", "list" or "dict".
        keys: The keys of a dictionary.
    """

    __slots__ = ("keys", "kind")

    def __init__(self, value: Any) -> None:
        self.keys: list[str] | None = None
        if isinstance(value, Mapping):
            self.kind = "dict"
            self.keys = [str(key) for key in value]
        else:
            self.kind = "list" if isinstance(value, (list, tuple)) else "one"

    @staticmethod
    def flat(value: Any) -> list[Any]:
        """Returns the values one after the other."""
        if isinstance(value, Mapping):
            return list(value.values())
        return list(value) if isinstance(value, (list, tuple)) else [value]

    def packed(self, values: Sequence[Any]) -> Any:
        """Returns values put together as before."""
        if self.keys is not None:
            return dict(zip(self.keys, values, strict=True))
        return values[0] if self.kind == "one" else list(values)
