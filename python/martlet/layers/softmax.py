"""Shares that add up to 1, as a layer of its own."""

from __future__ import annotations

from martlet.layers.layer import Layer


class Softmax(Layer):
    """exp(x) / sum(exp(x)) along the last axis.

    The mask of a padded sequence is handed on and changes nothing; Keras refuses one of this shape.

    Args:
        **kwargs: See `Layer`.
    """
