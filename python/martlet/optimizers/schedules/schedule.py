"""Base class of learning rate schedules."""

from __future__ import annotations

from martlet._config import Configurable


class LearningRateSchedule(Configurable):
    """Base class of learning rate schedules.

    A learning rate as a function of the number of updates so far, which the engine evaluates.
    """

    family = "schedules"
