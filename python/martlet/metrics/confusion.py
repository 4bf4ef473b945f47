"""Metrics of the confusion of classes."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.metrics.metric import Metric


class ConfusionMatrix(Metric):
    """Confusion matrix: how often each class was taken for each.

    An array in the history, with a row for each right class and a column for each that was found.
    Of one output the classes are no and yes.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"
    is_count = True


class CohenKappa(Metric):
    """Cohen's kappa: agreement beyond what chance would give.

    1 - mistakes / mistakes by chance. Source: Cohen, 1960.

    Args:
        name: The key in `History.history`.
        weights: How much worse a mistake is the farther classes lie apart: None, "linear" or
            "quadratic".
    """

    direction = "up"

    def __init__(
        self,
        name: str | None = None,
        weights: str | None = None,
    ) -> None:
        super().__init__(name)
        self.weights: str | None = self._setting("weights", weights)


class MatthewsCorrelation(Metric):
    """Matthews correlation coefficient between classes and predictions.

    From -1 to 1; 0 for what chance would give.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class BalancedAccuracy(Metric):
    """Balanced accuracy: the mean of the classes' recalls.

    Every class counts alike, however many samples it has.

    Args:
        name: The key in `History.history`.
    """

    direction = "up"


class _MeanOverlap(Metric):
    """The mean overlap of all classes."""

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.num_classes: int = self._setting("num_classes", num_classes)


class MeanIoU(_MeanOverlap):
    """Mean intersection over union of the classes that occur.

    true positives / (true positives + false positives + false negatives)

    Args:
        num_classes: The number of classes, which the output must have.
        name: The key in `History.history`.
    """

    direction = "up"


class OneHotMeanIoU(_MeanOverlap):
    """Mean intersection over union, under Keras's name for one-hot labels.

    true positives / (true positives + false positives + false negatives)

    Args:
        num_classes: The number of classes, which the output must have.
        name: The key in `History.history`.
    """

    direction = "up"


class _Overlap(Metric):
    """The mean overlap of some classes."""

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.num_classes: int = self._setting("num_classes", num_classes)
        self.target_class_ids: Sequence[int] = self._setting("target_class_ids", target_class_ids)


class IoU(_Overlap):
    """Intersection over union of some classes.

    true positives / (true positives + false positives + false negatives)

    Args:
        num_classes: The number of classes, which the output must have.
        target_class_ids: The classes whose mean it is.
        name: The key in `History.history`.
    """

    direction = "up"


class OneHotIoU(_Overlap):
    """Intersection over union of some classes, under Keras's name for one-hot labels.

    true positives / (true positives + false positives + false negatives)

    Args:
        num_classes: The number of classes, which the output must have.
        target_class_ids: The classes whose mean it is.
        name: The key in `History.history`.
    """

    direction = "up"


class BinaryIoU(Metric):
    """Intersection over union of no and yes.

    true positives / (true positives + false positives + false negatives)

    Args:
        target_class_ids: The classes whose mean it is.
        threshold: The probability above which an output is a yes.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.target_class_ids: Sequence[int] = self._setting("target_class_ids", target_class_ids)
        self.threshold: float = self._setting("threshold", threshold)
