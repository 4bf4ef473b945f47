"""Initializers of constant values."""

from __future__ import annotations

from martlet.initializers.initializer import Initializer


class Zeros(Initializer):
    """Initializer of zeros."""

    def __init__(self) -> None:
        pass


class Ones(Initializer):
    """Initializer of ones."""

    def __init__(self) -> None:
        pass


class Constant(Initializer):
    """Initializer of constant values.

    Args:
        value: The start value.
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value: float = self._setting("value", value)
