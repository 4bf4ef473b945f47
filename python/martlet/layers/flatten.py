"""Flatten: all values of a sample along one axis."""

from __future__ import annotations

from martlet.layers.layer import Layer


class Flatten(Layer):
    """Flattens each sample to one axis: (batch, 28, 28) becomes (batch, 784).

    Args:
        **kwargs: See `Layer`.

    Example:
        >>> martlet.Sequential([layers.Flatten(input_shape=(28, 28))]).output_shape
        (None, 784)
    """
