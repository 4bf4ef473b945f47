"""Metrics for outputs that are plain numbers."""

from __future__ import annotations

from martlet.metrics.metric import Metric


class MeanSquaredError(Metric):
    """(y - output) ** 2, averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class MeanAbsoluteError(Metric):
    """abs(y - output), averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"
