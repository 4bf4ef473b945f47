"""Base class of all metrics."""

from __future__ import annotations

from typing import ClassVar, Literal

from martlet._config import Labelled


class Metric(Labelled):
    """Base class of all metrics.

    A number that the engine measures over all samples of an epoch.

    Args:
        name: The key in `History.history`; the default is the class's name in snake case.
    """

    family = "metrics"

    direction: ClassVar[Literal["up", "down"]]
    """Which way the number gets better."""

    is_count: ClassVar[bool] = False
    """Whether it is made of whole numbers."""
