"""Regression metrics."""

from __future__ import annotations

from martlet.metrics.metric import Metric


class MeanSquaredError(Metric):
    """Mean squared error between targets and predictions.

    (y - output) ** 2, averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class MeanAbsoluteError(Metric):
    """Mean absolute error between targets and predictions.

    abs(y - output), averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"
