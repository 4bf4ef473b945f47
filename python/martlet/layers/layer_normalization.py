"""Layer normalization."""

from __future__ import annotations

from typing import Any

from martlet import initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class LayerNormalization(Layer):
    """Normalizes each sample over its last axes.

    output = gamma * (x - mean) / sqrt(variance + epsilon) + beta, sample by sample.

    Mean and variance are those along the last axis of each sample, or several of the last. Does
    the same in training and in prediction.

    Attributes:
        gamma: Read-only view of the shape of the normalised axes, or None.
        beta: Read-only view of the same shape, or None.
            Each has a view of its gradient, such as `gamma_gradient`.

    Args:
        axis: -1, the last axis, or a list of the last ones, such as [-2, -1].
        epsilon: Added to the variance; above 0.
        center: Whether to add beta.
        scale: Whether to multiply by gamma.
        beta_initializer: How beta starts.
        gamma_initializer: How gamma starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A number is out of range, a name is unknown; or, when the model is built,
            other axes than the last.

    Example:
        >>> layer = layers.LayerNormalization(input_shape=(28, 64))
        >>> martlet.Sequential([layer]).count_params()
        128

    Source: Ba, Kiros and Hinton, 2016.
    """

    gamma = Parameter()
    beta = Parameter()
    gamma_gradient = Parameter(GRADIENTS)
    beta_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        axis: int | tuple[int, ...] | list[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis: list[int] = list(self._setting("axis", axis))
        self.epsilon: float = self._setting("epsilon", epsilon)
        self.center: bool = self._setting("center", center)
        self.scale: bool = self._setting("scale", scale)
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
