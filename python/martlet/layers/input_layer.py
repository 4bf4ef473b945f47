"""Inputs of a network."""

from __future__ import annotations

from typing import Any

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet._messages import shown
from martlet.graph import SymbolicTensor
from martlet.layers.layer import Layer


class InputLayer(Layer):
    """Input layer of a network. `Input` makes one and returns its output.

    Args:
        shape: The shape of one sample, without the batch axis.
        batch_size: How many samples a batch has in the program's author's mind; a model takes any
            number, whatever it is. (In Keras other batches fail.)
        batch_shape: Instead of both, the shape with the batch axis in front.
        **kwargs: See `Layer`.

    Raises:
        ValueError: No shape, two, or an extent below 1.
    """

    engine_class = "Input"
    python_arguments = ("batch_size", "batch_shape")

    def __init__(
        self,
        shape: tuple[int, ...] | int | None = None,
        batch_size: int | None = None,
        *,
        batch_shape: tuple[int | None, ...] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if batch_shape is not None:
            batch_size, shape = _apart(shape, batch_size, batch_shape)
        self.batch_size = None if batch_size is None else _checked_size(shape, batch_size)
        self.batch_shape = None
        given = self.input_shape if shape is None else shape
        if given is None:
            raise ValueError(
                "InputLayer: expected shape=, such as shape=(28, 28) for MNIST digits."
            )
        self.shape: list[int] = list(self._setting("shape", given))

    def start(self) -> SymbolicTensor:
        """Returns a new symbolic tensor that stands for the input."""
        tensor = self(())
        assert isinstance(tensor, SymbolicTensor)
        return tensor


@takes_keras_arguments("Input")
def Input(  # noqa: N802 - Keras's name
    shape: tuple[int, ...] | int | None = None,
    batch_size: int | None = None,
    *,
    dtype: str | None = None,
    batch_shape: tuple[int | None, ...] | None = None,
    name: str | None = None,
) -> SymbolicTensor:
    """Instantiates the input of a network: a symbolic tensor.

    Args:
        shape: The shape of one sample, without the batch axis.
        batch_size: See `InputLayer`, as for `batch_shape`.
        dtype: "float32", the only one; arrays of other dtypes are converted as they are read.
        batch_shape: Instead of both, the shape with the batch axis in front.
        name: A name for the input.

    Raises:
        ValueError: No shape, two, or an extent below 1.

    Example:
        >>> martlet.Input(shape=(28, 28)).shape
        (None, 28, 28)
    """
    layer = InputLayer(shape, batch_size, batch_shape=batch_shape, name=name, dtype=dtype)
    return layer.start()


def _apart(shape: Any, batch_size: Any, batch_shape: Any) -> tuple[int | None, tuple[int, ...]]:
    """The batch's size and the shape of a sample."""
    if shape is not None or batch_size is not None:
        raise ValueError(
            "Input: expected batch_shape alone, or shape and batch_size; received "
            f"batch_shape={shown(batch_shape)} beside them."
        )
    parts = _checks.items("Input", "batch_shape", batch_shape)
    if not parts:
        raise ValueError("Input: expected batch_shape such as (None, 28, 28), received ().")
    return parts[0], _checks.shape("Input", "batch_shape[1:]", tuple(parts[1:]))


def _checked_size(shape: Any, batch_size: Any) -> int:
    size = _checks.integer("Input", "batch_size", batch_size)
    if isinstance(shape, int):
        # Who writes Input(28, 28) means two axes.
        raise TypeError(
            f"Input: expected shape to be a tuple where batch_size={size} is given, received "
            f"{shape}. A shape of several axes is one tuple, as in Input((28, 28))."
        )
    return size
