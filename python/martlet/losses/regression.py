"""Regression losses."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from martlet.losses import functions
from martlet.losses.loss import PlainLoss, values_like_output


class RegressionLoss(PlainLoss):
    """Base class of losses that compare numbers with numbers.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Returns targets as floats of the output's shape."""
        return values_like_output(y, output_shape, argument, self.name)


class MeanSquaredError(RegressionLoss):
    """Computes the mean squared error between targets and predictions.

    (y - output) ** 2, averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.mean_squared_error)


class MeanAbsoluteError(RegressionLoss):
    """Computes the mean absolute error between targets and predictions.

    abs(y - output), averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.mean_absolute_error)


class MeanAbsolutePercentageError(RegressionLoss):
    """Computes the mean absolute percentage error between targets and predictions.

    100 * abs(y - output) / max(abs(y), 1e-7), averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.mean_absolute_percentage_error)


class MeanSquaredLogarithmicError(RegressionLoss):
    """Computes the mean squared logarithmic error between targets and predictions.

    (log(1 + y) - log(1 + output)) ** 2, averaged over outputs and samples. Numbers below 1e-7 count
    as that, and have no gradient.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.mean_squared_logarithmic_error)


class Huber(RegressionLoss):
    """Computes the Huber loss between targets and predictions.

    error ** 2 / 2 for errors up to `delta`, delta * (abs(error) - delta / 2) beyond, averaged over
    outputs and samples.

    Args:
        delta: The error from which the loss is linear; above 0.
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.huber)

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name)
        self.delta: float = self._setting("delta", delta)


class LogCosh(RegressionLoss):
    """Computes the logarithm of the hyperbolic cosine of the prediction error.

    log(cosh(output - y)), averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.log_cosh)


class Poisson(RegressionLoss):
    """Computes the Poisson loss between targets and predictions.

    output - y * log(output + 1e-7), averaged over outputs and samples. Outputs have to be positive:
    end the network in "exponential" or "softplus".

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.poisson)


class CosineSimilarity(RegressionLoss):
    """Computes minus the cosine similarity between targets and predictions.

    -1 for the same direction along the last axis, 1 for the opposite one, averaged over samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.cosine_similarity)
