"""Permutation of axes, and repetition of a vector."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Permute(Layer):
    """Permutes the axes of each sample.

    Args:
        dims: Every axis once, counted from 1: the first axis of the output is axis dims[0] of the
            input.
        **kwargs: See `Layer`.

    Raises:
        ValueError: When the model is built: `dims` does not name every axis once.

    Example:
        >>> martlet.Sequential([layers.Permute((2, 1), input_shape=(10, 64))]).output_shape
        (None, 64, 10)
    """

    def __init__(self, dims: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims: tuple[int, ...] = self._setting("dims", dims)


class RepeatVector(Layer):
    """Repeats a vector `n` times: (batch, features) becomes (batch, n, features).

    Args:
        n: How often; positive.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `n` is not positive.

    Example:
        >>> model = martlet.Sequential([layers.RepeatVector(2, input_shape=(3,))])
        >>> model.predict([[1.0, 2.0, 3.0]]).tolist()
        [[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]]
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n: int = self._setting("n", n)
