"""Embedding: a trainable table of vectors."""

from __future__ import annotations

from typing import Any

from martlet import _checks, initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Embedding(Layer):
    """Embedding layer: turns indices into vectors.

    output[...] = embeddings[input[...]], one row of a table for each index.

    Indices are integers from 0 up to `input_dim`, of any dtype. They come straight from an
    input of the model (or through `Reshape` and `Flatten`), and are checked before a run begins.

    Input shape: (batch, ...), mostly (batch, timesteps). Output shape: (batch, ..., output_dim).

    A batch uses few rows of a large table. SGD without momentum changes these alone, at a cost that
    does not grow with the table. The other optimizers move all rows in every step, as in Keras and
    PyTorch, for their averages go on where a gradient is zero.

    Attributes:
        embeddings: Read-only view of shape (input_dim, output_dim). `embeddings_gradient` has the
            same shape.

    Args:
        input_dim: Rows of the table; positive.
        output_dim: Numbers in a row; positive.
        embeddings_initializer: How the table starts.
        mask_zero: Whether index 0 is padding, so that layers which go through time skip it and the
            loss does not count it.
        input_length: Keras's older way to say `input_shape=(input_length,)`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A size that is not positive, or an unknown initializer.

    Example:
        >>> model = martlet.Sequential([layers.Embedding(1000, 64, input_shape=(10,))])
        >>> model.predict([[1, 5, 999] + [0] * 7], verbose=0).shape
        (1, 10, 64)
    """

    embeddings = Parameter()
    embeddings_gradient = Parameter(GRADIENTS)

    python_arguments = ("input_length",)

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | Initializer = "uniform",
        mask_zero: bool = False,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.input_dim: int = self._setting("input_dim", input_dim)
        self.output_dim: int = self._setting("output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.mask_zero: bool = self._setting("mask_zero", mask_zero)
        self.input_length = input_length
        if input_length is not None:
            self.input_length = _checks.integer("Embedding", "input_length", input_length)
            self.input_shape = self.input_shape or (self.input_length,)
