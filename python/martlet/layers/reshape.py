"""Reshape: the same values in another shape."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class Reshape(Layer):
    """Reshapes each sample.

    Args:
        target_shape: The new shape, without the batch axis. One extent may be -1: what is left
            over.
        **kwargs: See `Layer`.

    Raises:
        ValueError: An extent that is neither positive nor -1, or more than one -1.

    Example:
        >>> martlet.Sequential([layers.Reshape((28, 28), input_shape=(784,))]).output_shape
        (None, 28, 28)
    """

    def __init__(self, target_shape: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape: list[int] = list(self._setting("target_shape", target_shape))
        if 0 in self.target_shape or self.target_shape.count(-1) > 1:
            raise ValueError(
                "Reshape: expected target_shape to have positive extents and at most one -1, "
                f"received {tuple(self.target_shape)}."
            )
