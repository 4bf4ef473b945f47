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


class RootMeanSquaredError(Metric):
    """Root mean squared error between targets and predictions.

    The root of the mean of (y - output) ** 2 over outputs and all samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class MeanAbsolutePercentageError(Metric):
    """Mean absolute percentage error between targets and predictions.

    100 * abs(y - output) / max(abs(y), 1e-7), averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class MeanSquaredLogarithmicError(Metric):
    """Mean squared logarithmic error between targets and predictions.

    (log(1 + y) - log(1 + output)) ** 2, averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class LogCoshError(Metric):
    """Logarithm of the hyperbolic cosine of the prediction error.

    log(cosh(output - y)), averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class Poisson(Metric):
    """Poisson loss between targets and predictions.

    output - y * log(output + 1e-7), averaged over outputs and samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class CosineSimilarity(Metric):
    """Cosine similarity between targets and predictions.

    1 for the same direction along the last axis, -1 for the opposite one, averaged over samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class R2Score(Metric):
    """R squared: the fraction of the targets' variance that outputs explain.

    1 - sum((y - output) ** 2) / sum((y - mean(y)) ** 2), over all samples of the epoch.

    Args:
        class_aggregation: "uniform_average" or "variance_weighted_average" of the outputs' numbers;
            None for an array of them.
        num_regressors: Independent variables, for which the number is adjusted.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.class_aggregation: str | None = self._setting("class_aggregation", class_aggregation)
        self.num_regressors: int = self._setting("num_regressors", num_regressors)


class Mean(Metric):
    """Mean of the outputs, whatever the targets are.

    Of every output along its last axis, over all samples.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"
