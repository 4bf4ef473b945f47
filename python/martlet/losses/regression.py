"""Regression losses."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from martlet.losses.loss import Loss, values_like_output


class _RegressionLoss(Loss):
    """A loss that compares numbers with numbers."""

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Returns targets as floats of the output's shape."""
        return values_like_output(y, output_shape, argument, self.name)


class MeanSquaredError(_RegressionLoss):
    """Computes the mean squared error between targets and predictions.

    (y - output) ** 2, averaged over outputs and samples.

    Args:
        name: A label.
    """


class MeanAbsoluteError(_RegressionLoss):
    """Computes the mean absolute error between targets and predictions.

    abs(y - output), averaged over outputs and samples.

    Args:
        name: A label.
    """
