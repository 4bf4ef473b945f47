"""Losses as metrics: their mean over all samples, without weights."""

from __future__ import annotations

from martlet.metrics.metric import Metric


class _CrossEntropy(Metric):
    """A cross-entropy whose labels may be smoothed."""

    def __init__(
        self,
        name: str | None = None,
        from_logits: bool | None = None,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(name)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)
        self.label_smoothing: float = self._setting("label_smoothing", label_smoothing)


class BinaryCrossentropy(_CrossEntropy):
    """Cross-entropy between binary labels and predictions.

    See `martlet.losses.BinaryCrossentropy`.

    Args:
        name: The key in `History.history`.
        from_logits: Whether the outputs are logits; None takes them as the loss does.
        label_smoothing: The fraction of each label that is spread over the others.
    """

    direction = "down"


class CategoricalCrossentropy(_CrossEntropy):
    """Cross-entropy between one-hot labels and predictions.

    See `martlet.losses.CategoricalCrossentropy`; integer labels are taken as well.

    Args:
        name: The key in `History.history`.
        from_logits: Whether the outputs are logits; None takes them as the loss does.
        label_smoothing: The fraction of each label that is spread over the others.
    """

    direction = "down"


class SparseCategoricalCrossentropy(Metric):
    """Cross-entropy between integer labels and predictions.

    See `martlet.losses.SparseCategoricalCrossentropy`.

    Args:
        name: The key in `History.history`.
        from_logits: Whether the outputs are logits; None takes them as the loss does.
    """

    direction = "down"

    def __init__(
        self,
        name: str | None = None,
        from_logits: bool | None = None,
    ) -> None:
        super().__init__(name)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)


class KLDivergence(Metric):
    """Kullback-Leibler divergence between labels and predictions.

    See `martlet.losses.KLDivergence`.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class CategoricalHinge(Metric):
    """Categorical hinge loss between labels and predictions.

    See `martlet.losses.CategoricalHinge`.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class Hinge(Metric):
    """Hinge loss between labels and predictions.

    See `martlet.losses.Hinge`.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"


class SquaredHinge(Metric):
    """Squared hinge loss between labels and predictions.

    See `martlet.losses.SquaredHinge`.

    Args:
        name: The key in `History.history`.
    """

    direction = "down"
