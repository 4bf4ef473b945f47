"""Losses between several classes beside the cross-entropy."""

from __future__ import annotations

from martlet.losses import functions
from martlet.losses.crossentropy import ClassLoss


class CategoricalFocalCrossentropy(ClassLoss):
    """Computes the focal cross-entropy between one-hot labels and predictions.

    -alpha * (1 - p) ** gamma * log(p), which counts samples less that are classified well already.

    Source: Lin et al., "Focal loss for dense object detection", 2017.

    Args:
        alpha: A factor; above 0.
        gamma: How much less well classified samples count; at least 0.
        from_logits: See `SparseCategoricalCrossentropy`.
        label_smoothing: See `CategoricalCrossentropy`.
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.categorical_focal_crossentropy)

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool | None = None,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name)
        self.alpha: float = self._setting("alpha", alpha)
        self.gamma: float = self._setting("gamma", gamma)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)
        self.label_smoothing: float = self._setting("label_smoothing", label_smoothing)


class CategoricalGeneralizedCrossEntropy(ClassLoss):
    """Computes the generalized cross-entropy between labels and predictions.

    (1 - p ** q) / q with the probability p of the right class: robust to wrong labels.

    Source: Zhang and Sabuncu, 2018.

    Args:
        q: Between 0, where the loss would be the cross-entropy, and 1, the absolute error.
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.categorical_generalized_cross_entropy)

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name)
        self.q: float = self._setting("q", q)


class KLDivergence(ClassLoss):
    """Computes the Kullback-Leibler divergence between labels and predictions.

    sum(y * log(y / output)), both kept between 1e-7 and 1.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.kl_divergence)


class CategoricalHinge(ClassLoss):
    """Computes the categorical hinge loss between labels and predictions.

    max(0, 1 + largest wrong output - right output)

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.categorical_hinge)
