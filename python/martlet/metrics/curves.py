"""Metrics of curves over thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from martlet import _checks
from martlet.metrics.metric import Metric


class AUC(Metric):
    """Area under the curve (AUC) of hits over false alarms (ROC), or of precision over recall (PR).

    Exact by default, equal to scikit-learn's `roc_auc_score` and `average_precision_score`: every
    score of the epoch is kept, 13 bytes each. With `num_thresholds` it is Keras's sum over so many
    thresholds, which takes no memory. Where all answers are alike it is not defined, and NaN.

    Args:
        num_thresholds: Points of the curve; None for all that there are. (Keras: 200.)
        curve: "ROC" or "PR".
        summation_method: With thresholds, "interpolation", "minoring" or "majoring".
        name: The key in `History.history`.
        thresholds: The thresholds themselves.
        multi_label: Taken for Keras's sake: several outputs are measured one by one anyway.
        average: Of several outputs, each against the others: "macro", "weighted", or "micro" for
            one curve of all, as in Keras.
    """

    direction = "up"
    python_arguments = ("multi_label",)

    def __init__(
        self,
        num_thresholds: int | None = None,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        average: str = "macro",
    ) -> None:
        super().__init__("auc" if name is None else name)
        self.num_thresholds: int | None = self._setting("num_thresholds", num_thresholds)
        self.curve: str = self._setting("curve", curve)
        self.summation_method: str = self._setting("summation_method", summation_method)
        self.thresholds: list[float] | None = self._setting("thresholds", thresholds)
        self.multi_label = _checks.flag("AUC", "multi_label", multi_label)
        self.average: str = self._setting("average", average)


class SensitivityAtSpecificity(Metric):
    """Best sensitivity (recall) at a threshold where specificity is good enough.

    Of all classes together, where there are several; 0 where no threshold is good enough.

    Args:
        specificity: What has to be reached at least; from 0 to 1.
        num_thresholds: Thresholds to try, evenly from 0 to 1.
        class_id: The only class to look at.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.specificity: float = self._setting("specificity", specificity)
        self.num_thresholds: int = self._setting("num_thresholds", num_thresholds)
        self.class_id: int | None = self._setting("class_id", class_id)


class SpecificityAtSensitivity(Metric):
    """Best specificity at a threshold where sensitivity (recall) is good enough.

    Of all classes together, where there are several; 0 where no threshold is good enough.

    Args:
        sensitivity: What has to be reached at least; from 0 to 1.
        num_thresholds: Thresholds to try, evenly from 0 to 1.
        class_id: The only class to look at.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.sensitivity: float = self._setting("sensitivity", sensitivity)
        self.num_thresholds: int = self._setting("num_thresholds", num_thresholds)
        self.class_id: int | None = self._setting("class_id", class_id)


class PrecisionAtRecall(Metric):
    """Best precision at a threshold where recall is good enough.

    Of all classes together, where there are several; 0 where no threshold is good enough.

    Args:
        recall: What has to be reached at least; from 0 to 1.
        num_thresholds: Thresholds to try, evenly from 0 to 1.
        class_id: The only class to look at.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.recall: float = self._setting("recall", recall)
        self.num_thresholds: int = self._setting("num_thresholds", num_thresholds)
        self.class_id: int | None = self._setting("class_id", class_id)


class RecallAtPrecision(Metric):
    """Best recall at a threshold where precision is good enough.

    Of all classes together, where there are several; 0 where no threshold is good enough.

    Args:
        precision: What has to be reached at least; from 0 to 1.
        num_thresholds: Thresholds to try, evenly from 0 to 1.
        class_id: The only class to look at.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.precision: float = self._setting("precision", precision)
        self.num_thresholds: int = self._setting("num_thresholds", num_thresholds)
        self.class_id: int | None = self._setting("class_id", class_id)
