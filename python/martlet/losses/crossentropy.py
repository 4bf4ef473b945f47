"""Cross-entropy losses for several classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _core
from martlet.losses import functions
from martlet.losses.loss import PlainLoss, values_like_output


class ClassLoss(PlainLoss):
    """Base class of losses between several classes, of labels or one-hot rows.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Returns integer labels for all axes but the last, or float rows of the output's shape."""
        classes = output_shape[-1]
        if y.shape[1:] == output_shape and classes > 1:
            return _checked_rows(y, argument)
        places = output_shape[:-1]
        if y.shape[1:] in (places, (*places, 1)):
            return _checked_labels(y.reshape(len(y), *places), classes, argument)
        raise ValueError(
            f"{argument}: expected integer labels of shape {_with_samples(places)} or one-hot "
            f"rows of shape {_with_samples(output_shape)}, received {y.shape}.{_hint(y, places)}"
        )


class SparseCategoricalCrossentropy(ClassLoss):
    """Computes the cross-entropy between integer labels and predictions.

    -log of the fraction that the network gives to the right class, averaged over the samples.

    Labels are integers of shape (n,) or (n, 1), or rows that add up to 1, of the output's
    shape. A network that ends in a sequence, of shape (n, timesteps, classes), has a label for each
    step, of shape (n, timesteps), and the loss is the mean over the steps.

    Of a masked sequence only the valid steps count: each batch learns from the mean over its own,
    and what is reported is the sum over all valid steps of the epoch divided by their number.
    (Keras reports the mean of the batches' means, which depends on the batch size.) A sample weight
    multiplies the loss of its steps and leaves their number as it is, as in Keras.

    Probabilities are divided by their sum and kept between 1e-7 and 1 - 1e-7, as in Keras, and have
    no gradient where they were cut off. After a softmax with nothing but a change of shape behind
    it the two are computed together, which is exact where that is not.

    Args:
        from_logits: Whether the network's outputs lack a softmax. None takes them as probabilities,
            but as logits where a layer without an activation, such as `Dense(10)`, made them, and
            then `compile` warns; it also warns where it cannot tell. Keras's default is False.
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.sparse_categorical_crossentropy)

    def __init__(
        self,
        from_logits: bool | None = None,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(reduction, name)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)


class CategoricalCrossentropy(ClassLoss):
    """Computes the cross-entropy between one-hot labels and predictions.

    The same loss as `SparseCategoricalCrossentropy` under Keras's name for one-hot labels; integers
    are taken as well.

    Args:
        from_logits: See `SparseCategoricalCrossentropy`.
        label_smoothing: The fraction of each label that is spread evenly over all classes, in
            [0, 1).
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.categorical_crossentropy)

    def __init__(
        self,
        from_logits: bool | None = None,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(reduction, name)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)
        self.label_smoothing: float = self._setting("label_smoothing", label_smoothing)


def prepare_any(
    y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
) -> npt.NDArray[Any]:
    """Returns targets for metrics without a loss: labels, or numbers of the output's shape.

    Raises:
        ValueError: Neither, or labels that the output has no place for.
    """
    places, classes = output_shape[:-1], output_shape[-1]
    if classes > 1 and y.shape[1:] != output_shape and y.shape[1:] in (places, (*places, 1)):
        return _checked_labels(y.reshape(len(y), *places), classes, argument)
    return values_like_output(y, output_shape, argument, "metrics")


def _hint(y: npt.NDArray[Any], places: tuple[int, ...]) -> str:
    if not places and y.ndim == 2:
        return f" For {y.shape[1]} classes give the last layer {y.shape[1]} units."
    if places and y.ndim <= 2:
        return (
            " For one answer for each sample, add layers.Flatten() or a pooling layer before the "
            "last layer."
        )
    return ""


def _with_samples(shape: tuple[int, ...]) -> str:
    return f"(n, {', '.join(map(str, shape))})" if shape else "(n,)"


def _checked_labels(
    y: npt.NDArray[Any], classes: int, argument: str
) -> npt.NDArray[np.integer[Any]]:
    if _core.find_wrong_label(y, classes) is not None:
        raise _wrong_labels(y, classes, argument)
    return y if y.dtype.kind != "f" else y.astype(np.int64)


def _wrong_labels(y: npt.NDArray[Any], classes: int, argument: str) -> ValueError:
    """The error for labels that the engine does not take."""
    expected = f"{argument}: expected integer labels 0 ... {classes - 1}"
    if y.dtype.kind == "f" and (wrong := ~(np.isfinite(y) & (y == np.floor(y)))).any():
        return ValueError(f"{expected}, received {_first(y, wrong)}.")
    return ValueError(
        f"{expected}, because the model's output has {classes} values; received "
        f"{_first(y, (y < 0) | (y >= classes))}. {_label_remedy(y, classes, argument)}"
    )


def _label_remedy(y: npt.NDArray[Any], classes: int, argument: str) -> str:
    least, largest = int(y.min()), int(y.max())
    if least < 0:
        if least == -1 and largest == 1 and not (y == 0).any():
            return f"For labels -1 and 1, pass ({argument} + 1) // 2."
        return (
            "Classes are counted from 0. Leave out samples that have no class, or give them any "
            "class and the sample_weight 0."
        )
    if least >= 1 and largest == classes:
        return (
            f"If the classes are counted from 1, pass {argument} - 1; otherwise give the last "
            f"layer {largest + 1} units."
        )
    if classes == 1 and largest == 1:
        return 'For one unit take loss="binary_crossentropy", or give the last layer 2 units.'
    return f"Correct the labels, or give the last layer {largest + 1} units."


def _first(y: npt.NDArray[Any], wrong: npt.NDArray[np.bool_]) -> str:
    place = tuple(int(index) for index in np.argwhere(wrong)[0])
    where = f"row {place[0]}" + (f", place {', '.join(map(str, place[1:]))}" if place[1:] else "")
    return f"{y[place]} at {where} ({int(np.count_nonzero(wrong))} such in all)"


def _checked_rows(y: npt.NDArray[Any], argument: str) -> npt.NDArray[np.floating[Any]]:
    rows = values_like_output(y, y.shape[1:], argument, "cross-entropy")
    # 1e-3 lets probabilities in half precision pass and still catches labels that were never
    # normalised.
    wrong = (np.abs(rows.sum(axis=-1) - 1) > 1e-3) | (rows.min(axis=-1) < 0)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise ValueError(
            f"{argument}: expected one-hot rows, or probabilities that add up to 1; row "
            f"{row} does not ({int(np.count_nonzero(wrong))} such in all). {_row_remedy(rows)}"
        )
    return rows


def _row_remedy(rows: npt.NDArray[np.floating[Any]]) -> str:
    if ((rows == 0) | (rows == 1)).all():
        return (
            "Where a sample may have several classes or none, let the network end in a sigmoid and "
            'take loss="binary_crossentropy".'
        )
    return "martlet.utils.to_categorical makes one-hot rows from integer labels."
