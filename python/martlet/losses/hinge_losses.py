"""Hinge losses of yes and no."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet.losses import functions
from martlet.losses.regression import RegressionLoss


class _HingeLoss(RegressionLoss):
    """A loss of labels that are -1, or 0, and 1."""

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Returns labels as floats of the output's shape."""
        values = super().prepare(y, output_shape, argument)
        wrong = ~np.isin(values, (-1, 0, 1))
        if wrong.any():
            raise ValueError(
                f"{argument}: expected labels of -1 (or 0) and 1 for {self.name}, received "
                f"{values[wrong][0]} in row {int(np.argwhere(wrong)[0][0])}. For several classes "
                'take "categorical_hinge".'
            )
        return values


class Hinge(_HingeLoss):
    """Computes the hinge loss between labels and predictions.

    max(0, 1 - y * output) with labels y of -1 (or 0) and 1, averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.hinge)


class SquaredHinge(_HingeLoss):
    """Computes the squared hinge loss between labels and predictions.

    max(0, 1 - y * output) ** 2 with labels y of -1 (or 0) and 1, averaged over outputs and samples.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.squared_hinge)
