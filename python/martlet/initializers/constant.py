"""Initializers that give every weight one value."""

from __future__ import annotations

from martlet.initializers.initializer import Initializer


class Zeros(Initializer):
    """Every weight starts at 0."""

    def __init__(self) -> None:
        pass


class Ones(Initializer):
    """Every weight starts at 1."""

    def __init__(self) -> None:
        pass


class Constant(Initializer):
    """Every weight starts at `value`.

    Args:
        value: The start value.
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value: float = self._setting("value", value)
