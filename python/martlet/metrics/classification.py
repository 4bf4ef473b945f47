"""Metrics of classification, all of one count over the epoch."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.metrics.metric import Metric


class _RateMetric(Metric):
    """A number of each class, or their average."""

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        average: str | None = "macro",
    ) -> None:
        super().__init__(name)
        self.thresholds: float | Sequence[float] | None = self._setting("thresholds", thresholds)
        self.top_k: int | None = self._setting("top_k", top_k)
        self.class_id: int | None = self._setting("class_id", class_id)
        self.average: str | None = self._setting("average", average)


class Precision(_RateMetric):
    """Precision: of what was taken for a class, the fraction that is of it.

    true positives / (true positives + false positives)

    Of a network that tells classes apart the largest output counts, and the default is the mean
    over classes: Keras counts every output above 0.5 by itself. The count is of the whole epoch, of
    integer labels and one-hot rows alike, and equal to scikit-learn's. Where there is nothing, it
    is 0.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        top_k: Counts the largest so many outputs of a row as a yes.
        class_id: The only class to look at.
        name: The key in `History.history`.
        average: "micro" (all decisions together), "macro" (the mean of the classes that occur),
            "weighted" (by their samples), as in scikit-learn; None for an array with each class.
    """

    direction = "up"


class Recall(_RateMetric):
    """Recall: of what is of a class, the fraction that was found.

    true positives / (true positives + false negatives)

    Of a network that tells classes apart the largest output counts, and the default is the mean
    over classes: Keras counts every output above 0.5 by itself. The count is of the whole epoch, of
    integer labels and one-hot rows alike, and equal to scikit-learn's. Where there is nothing, it
    is 0.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        top_k: Counts the largest so many outputs of a row as a yes.
        class_id: The only class to look at.
        name: The key in `History.history`.
        average: "micro" (all decisions together), "macro" (the mean of the classes that occur),
            "weighted" (by their samples), as in scikit-learn; None for an array with each class.
    """

    direction = "up"


class Specificity(_RateMetric):
    """Specificity: of what is not of a class, the fraction that was not taken for it.

    true negatives / (true negatives + false positives)

    Of a network that tells classes apart the largest output counts, and the default is the mean
    over classes: Keras counts every output above 0.5 by itself. The count is of the whole epoch, of
    integer labels and one-hot rows alike, and equal to scikit-learn's. Where there is nothing, it
    is 0.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        top_k: Counts the largest so many outputs of a row as a yes.
        class_id: The only class to look at.
        name: The key in `History.history`.
        average: "micro" (all decisions together), "macro" (the mean of the classes that occur),
            "weighted" (by their samples), as in scikit-learn; None for an array with each class.
    """

    direction = "up"


class F1Score(Metric):
    """F1 score: the harmonic mean of precision and recall.

    2 * true positives / (2 * true positives + false positives + false negatives)

    Integer labels and one-hot rows are taken alike, and the count is of the whole epoch.

    Args:
        average: "micro" (all decisions together), "macro" (the mean of the classes that occur),
            "weighted" (by their samples), as in scikit-learn; None for an array with each class.
        threshold: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.average: str | None = self._setting("average", average)
        self.threshold: float | None = self._setting("threshold", threshold)


class FBetaScore(Metric):
    """F-beta score: F1 with recall counting `beta` times as much as precision.

    See `F1Score`.

    Args:
        average: "micro" (all decisions together), "macro" (the mean of the classes that occur),
            "weighted" (by their samples), as in scikit-learn; None for an array with each class.
        beta: Above 0.
        threshold: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output.
        name: The key in `History.history`.
    """

    direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.average: str | None = self._setting("average", average)
        self.beta: float = self._setting("beta", beta)
        self.threshold: float | None = self._setting("threshold", threshold)


class _TallyMetric(Metric):
    """A number of decisions on all classes together."""

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.thresholds: float | Sequence[float] | None = self._setting("thresholds", thresholds)


class TruePositives(_TallyMetric):
    """Number of yeses that are right.

    Of all classes together, where there are several.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        name: The key in `History.history`.
    """

    direction = "up"


class FalsePositives(_TallyMetric):
    """Number of yeses that are wrong.

    Of all classes together, where there are several.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        name: The key in `History.history`.
    """

    direction = "down"


class TrueNegatives(_TallyMetric):
    """Number of noes that are right.

    Of all classes together, where there are several.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        name: The key in `History.history`.
    """

    direction = "up"


class FalseNegatives(_TallyMetric):
    """Number of noes that are wrong.

    Of all classes together, where there are several.

    Args:
        thresholds: Above which probability an output is a yes; None for one half or, where a sample
            has one class among several, the largest output. Several give an array.
        name: The key in `History.history`.
    """

    direction = "down"
