"""Batch normalization."""

from __future__ import annotations

from typing import Any

from martlet import initializers
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class BatchNormalization(Layer):
    """Normalizes each channel over the batch.

    output = gamma * (x - mean) / sqrt(variance + epsilon) + beta, for each channel.

    Channels are the last axis; input has any number of axes, and output the same shape. While
    training, mean and variance are those of the whole batch at all positions, and the moving
    averages follow them at every batch:

        moving = momentum * moving + (1 - momentum) * batch

    Of a padded sequence only the steps that its mask lets count are in these statistics; all are
    normalized. A batch of nothing but padding leaves the moving averages as they are, where Keras
    lets them follow a mean and a variance of 0.

    `predict` and `evaluate` use the moving averages, and so does training where the layer is
    frozen (`trainable = False`). After short training a `momentum` of 0.9 makes them catch up
    sooner. In prediction the layer costs nothing behind a convolution, whose weights take it in.

    Attributes:
        gamma: Read-only view of shape (channels,), or None.
        beta: Read-only view of shape (channels,), or None.
            Each has a view of its gradient, such as `gamma_gradient`.
        moving_mean: Read-only view of shape (channels,), which no optimizer changes.
        moving_variance: Read-only view of shape (channels,), which no optimizer changes.

    Args:
        axis: The axis of the channels: -1, the last one.
        momentum: What the moving averages keep of themselves at each batch, in [0, 1].
        epsilon: Added to the variance; above 0.
        center: Whether to add beta.
        scale: Whether to multiply by gamma.
        beta_initializer: How beta starts.
        gamma_initializer: How gamma starts.
        moving_mean_initializer: How the moving mean starts.
        moving_variance_initializer: How the moving variance starts.
        **kwargs: See `Layer`.

    Raises:
        ValueError: A number is out of range, a name is unknown; or, when the model is built,
            `axis` is not the last one.

    Example:
        >>> layer = layers.BatchNormalization(input_shape=(28, 28, 16))
        >>> model = martlet.Sequential([layer])
        >>> [view.shape for view in model.weights], len(model.trainable_weights)
        ([(16,), (16,), (16,), (16,)], 2)

    Source: Ioffe and Szegedy, 2015.
    """

    gamma = Parameter()
    beta = Parameter()
    moving_mean = Parameter()
    moving_variance = Parameter()
    gamma_gradient = Parameter(GRADIENTS)
    beta_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        moving_mean_initializer: str | Initializer = "zeros",
        moving_variance_initializer: str | Initializer = "ones",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis: int = self._setting("axis", axis)
        self.momentum: float = self._setting("momentum", momentum)
        self.epsilon: float = self._setting("epsilon", epsilon)
        self.center: bool = self._setting("center", center)
        self.scale: bool = self._setting("scale", scale)
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
