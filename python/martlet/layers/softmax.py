"""Shares that add up to 1, as a layer of its own."""

from __future__ import annotations

from martlet.layers.layer import Layer


class Softmax(Layer):
    """exp(x) / sum(exp(x)) along the last axis.

    Args:
        **kwargs: See `Layer`.
    """
