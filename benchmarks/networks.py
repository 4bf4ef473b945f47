"""The networks of the benchmark, written down once; every peer builds its model from these lines.

Names and defaults are those of Keras. Shapes leave out the batch axis and are channels-last.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dense:
    units: int
    activation: str | None = None


@dataclass(frozen=True)
class Conv2D:
    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None
    use_bias: bool = True


@dataclass(frozen=True)
class MaxPooling2D:
    pool_size: int = 2


@dataclass(frozen=True)
class GlobalAveragePooling2D:
    pass


@dataclass(frozen=True)
class BatchNormalization:
    """PyTorch's momentum: Keras's 0.99 takes hundreds of steps until inference is right."""

    momentum: float = 0.9


@dataclass(frozen=True)
class ReLU:
    pass


@dataclass(frozen=True)
class Dropout:
    rate: float


@dataclass(frozen=True)
class Flatten:
    pass


@dataclass(frozen=True)
class LSTM:
    """Reads (steps, features) and gives its last state."""

    units: int


@dataclass(frozen=True)
class Residual:
    """The sum of two paths from the same input; an empty shortcut is the input itself."""

    body: tuple[Layer, ...]
    shortcut: tuple[Layer, ...] = ()


Layer = (
    Dense
    | Conv2D
    | MaxPooling2D
    | GlobalAveragePooling2D
    | BatchNormalization
    | ReLU
    | Dropout
    | Flatten
    | LSTM
    | Residual
)


@dataclass(frozen=True)
class Adam:
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class SGD:
    learning_rate: float = 1e-2
    momentum: float = 0.9


@dataclass(frozen=True)
class Network:
    """One line of the benchmark: a classifier of 28×28 images into 10 classes.

    Attributes:
        name: What `--networks` calls it.
        input_shape: One image; (28, 28) is read as 28 rows, (28, 28, 1) has a channel axis.
        layers: The layers in order. The last one gives logits: softmax belongs to the loss.
        optimizer: The update rule, with its numbers.
        steps: Training steps of one timed pass at batch 64, long enough for the cost of
            starting a pass to vanish in it.
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    optimizer: Adam | SGD
    steps: int


def convolution(filters: int, strides: int = 1, kernel_size: int = 3) -> tuple[Layer, ...]:
    """A convolution of the ResNet kind: no bias, since the normalisation after it has one."""
    return (
        Conv2D(filters, kernel_size, strides, padding="same", use_bias=False),
        BatchNormalization(),
    )


def basic_block(filters: int, strides: int = 1) -> tuple[Layer, ...]:
    """Two 3×3 convolutions beside a shortcut, projected where the shape changes."""
    body = (*convolution(filters, strides), ReLU(), *convolution(filters))
    shortcut = convolution(filters, strides, kernel_size=1) if strides > 1 else ()
    return (Residual(body, shortcut), ReLU())


NETWORKS = (
    Network(
        "mlp",
        (28, 28),
        (Flatten(), Dense(128, "relu"), Dropout(0.2), Dense(10)),
        Adam(),
        steps=450,
    ),
    Network(
        "cnn",
        (28, 28, 1),
        (
            *(Conv2D(10, 5), MaxPooling2D(), ReLU()),
            *(Conv2D(20, 5), MaxPooling2D(), ReLU()),
            *(Flatten(), Dense(50, "relu"), Dense(10)),
        ),
        SGD(),
        steps=150,
    ),
    Network(
        "cnn-wide",
        (28, 28, 1),
        (
            *(Conv2D(32, 3, activation="relu"), Conv2D(64, 3, activation="relu")),
            *(MaxPooling2D(), Flatten(), Dense(512, "relu"), Dense(10)),
        ),
        Adam(),
        steps=15,
    ),
    Network("lstm", (28, 28), (LSTM(128), Dense(10)), Adam(), steps=80),
    Network(
        "resnet",
        (28, 28, 1),
        (
            *(*convolution(16), ReLU()),
            *(*basic_block(16), *basic_block(32, 2), *basic_block(64, 2)),
            *(GlobalAveragePooling2D(), Dense(10)),
        ),
        SGD(),
        steps=15,
    ),
)


def named(name: str) -> Network:
    """The network of that name.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    for network in NETWORKS:
        if network.name == name:
            return network
    known = ", ".join(network.name for network in NETWORKS)
    raise ValueError(f"expected a network out of {known}; received {name!r}")
