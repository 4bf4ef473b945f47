"""Base class of all losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._config import Labelled

REDUCTIONS = ("sum_over_batch_size", "sum", "mean_with_sample_weight")
"""What the engine can make of a batch's losses."""


class Loss(Labelled):
    """Base class of all losses.

    An objective that training minimises: settings, and the form in which the engine reads targets.
    Called with two arrays, it returns what it is of them.

    Args:
        name: A label; the default is the class's name in snake case.
        reduction: How the losses of samples become one: "sum_over_batch_size" (or "mean") for their
            mean, "sum", "mean_with_sample_weight" for their sum divided by that of the weights.
            "none" (or None) returns one number for each sample where the loss is called with
            arrays, and is not for training.
    """

    family = "losses"
    python_arguments = ("reduction",)

    function: ClassVar[Callable[..., npt.NDArray[Any]]]
    """The loss of each sample, of arrays and the settings."""

    direction: ClassVar[Literal["up", "down"]] = "down"
    """Which way the number gets better."""

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size"
    ) -> None:
        super().__init__(name)
        kind = type(self).__name__
        given = "none" if reduction is None else reduction
        chosen = _checks.choice(kind, "reduction", given, (*REDUCTIONS, "mean", "none"))
        self.reduction: str = "sum_over_batch_size" if chosen == "mean" else chosen

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Returns the loss of predictions, in float64: a number, or an array without a reduction.

        Args:
            y_true: Targets.
            y_pred: Predictions.
            sample_weight: How much each sample counts, or each time step.

        Raises:
            ValueError: Shapes do not fit; nothing is broadcast.
        """
        values = self.call(y_true, y_pred)
        weights = _weights(sample_weight, values.shape)
        if self.reduction == "none":
            return values * weights
        total = (values * weights).sum()
        if self.reduction == "sum":
            return np.float64(total)
        counted = weights.sum() if self.reduction == "mean_with_sample_weight" else values.size
        return np.float64(total / counted if counted else 0.0)

    def call(self, y_true: Any, y_pred: Any) -> npt.NDArray[Any]:
        """Returns the loss of each sample.

        Raises:
            ValueError: Shapes do not fit; nothing is broadcast.
        """
        settings = {name: getattr(self, name) for name in self.declared_settings()}
        if settings.get("from_logits", False) is None:
            settings["from_logits"] = False
        return type(self).function(y_true, y_pred, **settings)

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads.

        Raises:
            ValueError: The loss is not reduced to one number, of which there is no gradient.
        """
        if self.reduction == "none":
            raise ValueError(
                f"{type(self).__name__}: reduction=None gives a number for each sample, and "
                'training needs one. Use reduction="sum_over_batch_size".'
            )
        return {**super().to_engine(), "reduction": self.reduction}

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Checks targets and returns them in the form that the engine reads.

        Args:
            y: Targets, one row per sample.
            output_shape: Shape of one output, without the batch axis.
            argument: What to call the targets in error messages.

        Raises:
            ValueError: A wrong shape, or values that the loss has no meaning for.
            TypeError: A dtype that cannot be a target.
        """
        raise NotImplementedError(f"{type(self).__name__} must define prepare().")

    def class_count(self, output_shape: tuple[int, ...]) -> int | None:
        """Returns how many classes an output of this shape tells apart, or None for none.

        Args:
            output_shape: Shape of one output, without the batch axis.
        """
        return output_shape[-1] if output_shape and output_shape[-1] > 1 else None


class PlainLoss(Loss):
    """Base class of losses that have these arguments last, in Keras's order.

    Args:
        reduction: See `Loss`.
        name: A label.
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = None
    ) -> None:
        super().__init__(name, reduction)


def _weights(given: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Weights of the shape of the losses, from one for each sample, or for each loss."""
    if given is None:
        return np.ones(shape)
    weights = np.asarray(given, dtype=np.float64)
    if weights.shape == shape:
        return weights
    if weights.shape not in ((), shape[:1]):
        raise ValueError(
            f"sample_weight: expected shape {shape} or {shape[:1]}, received {weights.shape}."
        )
    spread = weights.reshape(weights.shape + (1,) * (len(shape) - weights.ndim))
    return np.broadcast_to(spread, shape)


def values_like_output(
    y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str, loss: str
) -> npt.NDArray[np.floating[Any]]:
    """Returns targets as floats of shape (samples, *output_shape).

    A missing or extra last axis of one is put right; integers are converted once to float32.

    Raises:
        ValueError: The shapes differ otherwise.
    """
    if y.shape[1:] != output_shape:
        if y.shape[1:] not in (
            output_shape[:-1] if output_shape[-1:] == (1,) else None,
            (*output_shape, 1),
        ):
            expected = ("n", *output_shape)
            raise ValueError(
                f"{argument}: expected shape ({', '.join(map(str, expected))}) for {loss}, the "
                f"shape of the model's output; received {y.shape}.{_labels_hint(y, output_shape)}"
            )
        y = y.reshape(len(y), *output_shape)
    return y if y.dtype.kind == "f" else y.astype(np.float32)


def _labels_hint(y: npt.NDArray[Any], output_shape: tuple[int, ...]) -> str:
    if y.ndim == 1 and y.dtype.kind in "iu" and len(output_shape) == 1:
        return (
            f' For class labels use loss="sparse_categorical_crossentropy", or one-hot rows from '
            f"martlet.utils.to_categorical(y, {output_shape[0]})."
        )
    if y.ndim == 2 and output_shape == (1,):
        return (
            f" Give the last layer {y.shape[1]} units, or pass one value for each sample: of "
            "one-hot rows their argmax(axis=-1)."
        )
    return ""
