"""Base class of all losses."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from martlet._config import Labelled


class Loss(Labelled):
    """Base class of all losses.

    An objective that training minimises: settings, and the form in which the engine reads targets.

    Args:
        name: A label; the default is the class's name in snake case.
    """

    family = "losses"

    direction: ClassVar[Literal["up", "down"]] = "down"
    """Which way the number gets better."""

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
