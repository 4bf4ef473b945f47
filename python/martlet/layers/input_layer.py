"""Inputs of a network."""

from __future__ import annotations

from typing import Any

from martlet._keras import takes_keras_arguments
from martlet.graph import SymbolicTensor
from martlet.layers.layer import Layer


class InputLayer(Layer):
    """Input layer of a network. `Input` makes one and returns its output.

    Args:
        shape: The shape of one sample, without the batch axis.
        **kwargs: See `Layer`.

    Raises:
        ValueError: No shape, or an extent below 1.
    """

    engine_class = "Input"

    def __init__(self, shape: tuple[int, ...] | int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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
    name: str | None = None,
    *,
    dtype: str | None = None,
) -> SymbolicTensor:
    """Instantiates the input of a network: a symbolic tensor.

    Args:
        shape: The shape of one sample, without the batch axis.
        name: A name for the input.
        dtype: "float32", the only one; arrays of other dtypes are converted as they are read.

    Raises:
        ValueError: No shape, or an extent below 1.

    Example:
        >>> martlet.Input(shape=(28, 28)).shape
        (None, 28, 28)
    """
    return InputLayer(shape, name=name, dtype=dtype).start()
