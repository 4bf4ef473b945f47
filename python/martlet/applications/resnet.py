"""Residual networks (ResNet) for small images."""

from __future__ import annotations

from typing import Any

from martlet import _checks, layers
from martlet.layers.joins import Add
from martlet.models import Model

STAGES = 3


def resnet(
    depth: int = 8,
    width: int = 16,
    input_shape: tuple[int, int, int] = (28, 28, 1),
    classes: int = 10,
    classifier_activation: str | None = "softmax",
    momentum: float = 0.9,
    name: str = "resnet",
) -> Model:
    """Instantiates the residual network (ResNet) that He et al. train on CIFAR-10.

    A first convolution, then three stages of basic blocks, of which the second and the third halve
    the rows and columns and double the channels; the mean of each channel; and a dense layer. A
    basic block is two convolutions of 3 x 3, each with batch normalization, beside a shortcut that
    is added before the last ReLU; where the shape changes, the shortcut is a convolution of 1 x 1
    with batch normalization.

    Args:
        depth: Layers on the longest path that have weights: 6 n + 2 for n blocks a stage, so 8,
            14, 20, ...
        width: Channels of the first stage.
        input_shape: (rows, columns, channels), such as (28, 28, 1) or (32, 32, 3).
        classes: How many outputs; positive.
        classifier_activation: "softmax", or None for logits.
        momentum: Of the moving averages. Keras's 0.99 needs hundreds of batches to follow.
        name: A label.

    Returns:
        A `Model` that is not compiled.

    Raises:
        ValueError: `depth` is not 6 n + 2, or a number is not positive.

    Example:
        >>> model = martlet.applications.resnet(8, width=16)
        >>> model.output_shape
        (None, 10)

    Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015.
    """
    depth = _checks.integer("resnet", "depth", depth)
    width = _checks.integer("resnet", "width", width)
    blocks, rest = divmod(depth - 2, 2 * STAGES)
    if blocks < 1 or rest:
        raise ValueError(
            f"resnet: expected depth to be 6 n + 2 (8, 14, 20, ...), received {depth}."
        )
    inputs = layers.Input(_checks.shape("resnet", "input_shape", input_shape))
    x = _activated(inputs, width, 1, momentum)
    for stage in range(STAGES):
        for block in range(blocks):
            strides = 2 if stage > 0 and block == 0 else 1
            x = _block(x, width << stage, strides, momentum)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(classes, activation=classifier_activation)(x)
    return Model(inputs, outputs, name=name)


def _block(x: Any, filters: int, strides: int, momentum: float) -> Any:
    inner = _activated(x, filters, strides, momentum)
    inner = _normalized(inner, filters, 3, 1, momentum)
    shortcut = x if strides == 1 else _normalized(x, filters, 1, strides, momentum)
    return layers.ReLU()(Add()([inner, shortcut]))


def _activated(x: Any, filters: int, strides: int, momentum: float) -> Any:
    return layers.ReLU()(_normalized(x, filters, 3, strides, momentum))


def _normalized(x: Any, filters: int, size: int, strides: int, momentum: float) -> Any:
    """A convolution without a bias, for the normalization has one."""
    convolution = layers.Conv2D(
        filters,
        size,
        strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
    )
    return layers.BatchNormalization(momentum=momentum)(convolution(x))
