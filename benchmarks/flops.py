"""What a training step costs, counted from the network's lines.

Counted are the multiplications and additions of dense, convolution and recurrent products, two per
fused multiply-add; everything else together is a few per cent and is left out. A training step is
the forward pass, the gradient of every weight, and the gradient of every layer's input but the
first's: nobody needs the gradient of the pixels, so that layer counts twice, not three times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from networks import (
    LSTM,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling2D,
    Network,
    Residual,
)

Shape = tuple[int, ...]


@dataclass
class Cost:
    """Sums over the layers walked so far, for one image.

    Attributes:
        forward: Operations of the forward pass.
        training: Operations of a whole training step.
        parameters: Trained numbers.
        shape: Shape of the activations reached.
        trained_below: Whether a weight lies below, so that gradients of inputs are needed.
    """

    shape: Shape
    forward: int = 0
    training: int = 0
    parameters: int = 0
    trained_below: bool = False


def cost(network: Network) -> Cost:
    """Counts a network's operations for one image, and its parameters."""
    total = Cost(network.input_shape)
    walk(network.layers, total)
    return total


def step_flops(network: Network, batch_size: int) -> int:
    """Operations of one training step over `batch_size` images."""
    return cost(network).training * batch_size


def walk(layers: Sequence[Layer], total: Cost) -> None:
    """Adds the layers' cost to `total`, and moves its shape past them."""
    for layer in layers:
        if isinstance(layer, Residual):
            add_residual(layer, total)
        else:
            add_layer(layer, total)


def add_residual(layer: Residual, total: Cost) -> None:
    shape, trained_below = total.shape, total.trained_below
    walk(layer.shortcut, total)
    after_shortcut = total.shape
    total.shape, below_body = shape, total.trained_below
    total.trained_below = trained_below
    walk(layer.body, total)
    total.trained_below |= below_body
    if total.shape != after_shortcut:
        raise ValueError(f"a sum needs equal shapes, received {total.shape}, {after_shortcut}")


def add_layer(layer: Layer, total: Cost) -> None:
    after = output_shape(layer, total.shape)
    product, recurrent, parameters = work(layer, total.shape, after)
    forward = product + recurrent
    dx = recurrent + (product if total.trained_below else 0)
    total.forward += forward
    total.training += 2 * forward + dx
    total.parameters += parameters
    total.trained_below |= parameters > 0
    total.shape = after


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """Shape after a layer, without the batch axis."""
    match layer:
        case Flatten():
            return (prod(shape),)
        case Dense(units) | LSTM(units):
            return (units,)
        case Conv2D(filters, kernel, strides, padding):
            reach = kernel - 1 if padding == "valid" else 0
            return (*((extent - reach - 1) // strides + 1 for extent in shape[:2]), filters)
        case MaxPooling2D(size):
            return (shape[0] // size, shape[1] // size, shape[2])
        case GlobalAveragePooling2D():
            return shape[2:]
    return shape


def work(layer: Layer, before: Shape, after: Shape) -> tuple[int, int, int]:
    """Operations on the layer's input, operations on its own earlier state, and parameters."""
    match layer:
        case Dense(units):
            return 2 * before[0] * units, 0, (before[0] + 1) * units
        case Conv2D(filters, kernel, use_bias=use_bias):
            weights = kernel * kernel * before[2] * filters
            return 2 * weights * after[0] * after[1], 0, weights + filters * use_bias
        case LSTM(units):
            steps, features = before
            gates = 4 * units
            parameters = (features + units + 1) * gates
            return 2 * steps * features * gates, 2 * steps * units * gates, parameters
        case BatchNormalization():
            return 0, 0, 2 * before[-1]
    return 0, 0, 0
