"""Accuracy metrics."""

from __future__ import annotations

from martlet.metrics.metric import Metric


class AutoAccuracy(Metric):
    """Accuracy in the form that suits the output: what the name "accuracy" stands for.

    As in Keras the output's shape decides: where its last axis has one number, this is
    `BinaryAccuracy()`; otherwise `SparseCategoricalAccuracy` for labels and `CategoricalAccuracy`
    for rows. For several independent yes-or-no outputs ask for "binary_accuracy".

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class Accuracy(Metric):
    """Fraction of predictions that equal the targets, element by element.

    This is Keras's class of that name: for outputs that are integers themselves. The *name*
    "accuracy" in `compile` is another matter, see `AutoAccuracy`. Beside a cross-entropy between
    classes `compile` refuses it, since probabilities are equal to no label.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class SparseCategoricalAccuracy(Metric):
    """Fraction of predictions that match integer labels.

    The fraction of samples whose largest output is at the place that the integer label names.

    Of equal outputs the first counts as the largest. One-hot rows are taken for the labels that
    they stand for, where the loss takes them.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class CategoricalAccuracy(Metric):
    """Fraction of predictions that match one-hot labels.

    The fraction of samples whose largest output is where the target row has its largest number.

    Of equal numbers the first counts as the largest. A integer label is taken for its one-hot
    row, where the loss takes it.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class BinaryAccuracy(Metric):
    """Fraction of predictions that match binary labels.

    The fraction of yes-or-no outputs on the right side of a threshold, each counted by itself.

    An output is right if it is above the threshold and its target is 1, or not above and its target
    is 0. The threshold is a probability. Where the loss takes outputs as logits z, it is compared
    with sigmoid(z): z > 0 for a threshold of 0.5, since sigmoid(0) = 0.5. Keras compares the
    logits themselves with 0.5, which answers another question than the loss.

    Args:
        name: The key in `History.history`.
        threshold: Between 0 and 1.
    """

    direction = "up"

    def __init__(self, name: str | None = None, threshold: float = 0.5) -> None:
        super().__init__(name)
        self.threshold: float = self._setting("threshold", threshold)


class _TopK(Metric):
    """Whether the right class is among the k largest outputs."""

    def __init__(
        self,
        k: int = 5,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.k: int = self._setting("k", k)


class TopKCategoricalAccuracy(_TopK):
    """Fraction of predictions whose class is among the k largest outputs.

    Labels may be integers or one-hot rows.

    Args:
        k: How many; at most the number of classes.
        name: The key in `History.history`.
    """

    direction = "up"


class SparseTopKCategoricalAccuracy(_TopK):
    """Fraction of predictions whose integer label is among the k largest outputs.

    The same as `TopKCategoricalAccuracy` under Keras's name for integer labels.

    Args:
        k: How many; at most the number of classes.
        name: The key in `History.history`.
    """

    direction = "up"
