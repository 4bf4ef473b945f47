"""The share of right answers."""

from __future__ import annotations

from martlet.metrics.metric import Metric


class Accuracy(Metric):
    """The share of samples whose largest output is the right class.

    An output of one unit is right on the right side of 0.5. Labels may be whole numbers or one-hot
    rows.

    Args:
        name: The key in `History.history`.
    """

    engine_name = "accuracy"
    direction = "up"


class SparseCategoricalAccuracy(Accuracy):
    """`Accuracy` under Keras's name for whole-number labels.

    Args:
        name: The key in `History.history`.
    """


class CategoricalAccuracy(Accuracy):
    """`Accuracy` under Keras's name for one-hot labels.

    Args:
        name: The key in `History.history`.
    """


class BinaryAccuracy(Accuracy):
    """`Accuracy` under Keras's name for yes-or-no answers.

    Args:
        name: The key in `History.history`.
    """
