"""The base of all metrics."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from martlet import _checks
from martlet._config import Configurable, snake_case


class Metric(Configurable):
    """A number that the engine measures over all samples of an epoch.

    Args:
        name: The key in `History.history`; the default is the class's name in snake case.
    """

    engine_name: ClassVar[str]
    """What the engine calls the metric; the base has none, and cannot be used by itself."""

    direction: ClassVar[Literal["up", "down"]]
    """Which way the number gets better."""

    def __init__(self, name: str | None = None) -> None:
        kind = type(self).__name__
        self.name = _checks.label(kind, name, snake_case(kind))

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads: {"name": ..., and its settings}."""
        return {"name": self.engine_name}
