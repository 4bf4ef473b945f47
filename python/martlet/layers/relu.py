"""max(x, 0) as a layer of its own."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class ReLU(Layer):
    """max(x, 0).

    Args:
        **kwargs: See `Layer`.
    """

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads; there it is one of the activations."""
        return {**super().to_engine(), "class": "Activation", "config": {"activation": "relu"}}
