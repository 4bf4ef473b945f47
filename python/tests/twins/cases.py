"""The table of layers, shapes and batch sizes that the engine is compared on.

Run as a program, it writes what the engine makes of every case to a file.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

import martlet
from martlet import layers

CHANNELS = (1, 3, 10, 16, 17, 20, 33)
BATCHES = (1, 15, 17, 33)
ACTIVATIONS = ("linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax")


@dataclass(frozen=True)
class Case:
    """A layer in the making, the shape of a sample and how many there are."""

    kind: str
    config: dict[str, Any]
    shape: tuple[int, ...]
    batch: int

    def layer(self):
        return getattr(layers, self.kind)(**self.config)

    def __str__(self):
        config = " ".join(f"{key}={value}" for key, value in self.config.items())
        return f"{self.kind} {self.shape}x{self.batch} {config}".replace(", ", ",")


def case(kind, shape, batch, **config):
    return Case(kind, config, shape, batch)


def every_pair_of_channels():
    batches = [BATCHES[index % 4] for index in range(len(CHANNELS) ** 2)]
    for (channels, filters), batch in zip(product(CHANNELS, CHANNELS), batches, strict=True):
        yield case("Conv2D", (5, 6, channels), batch, filters=filters, kernel_size=3)


def drawn(count: int, make: Callable[[random.Random], Case], seed: int):
    source = random.Random(seed)
    return [make(source) for _ in range(count)]


def windows(source: random.Random, shape, padding) -> dict[str, Any]:
    """A kernel, strides and a dilation, such that a window fits into the shape."""
    while True:
        size, strides, dilation = (
            tuple(source.choice(options) for _ in (0, 1))
            for options in ((1, 2, 3, 5), (1, 1, 2, 3), (1, 1, 2, 3))
        )
        reach = [(size[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
        if padding == "same" or all(r <= extent for r, extent in zip(reach, shape, strict=False)):
            return {"kernel_size": size, "strides": strides, "dilation_rate": dilation}


def image(source: random.Random) -> tuple[int, int, int]:
    return source.choice((5, 7, 9)), source.choice((5, 6, 11)), source.choice(CHANNELS)


def ending(source: random.Random) -> dict[str, Any]:
    return {
        "activation": source.choice(ACTIVATIONS),
        "use_bias": source.random() < 0.8,
    }


def conv2d(source: random.Random) -> Case:
    shape, padding = image(source), source.choice(("valid", "same"))
    groups = source.choice([g for g in (1, 1, 2, 5, shape[2]) if shape[2] % g == 0])
    filters = source.choice(
        [f for f in (1, 3, 4, 10, 16, 17, 20, 33, 34) if f % groups == 0] or [2 * groups]
    )
    config = {**windows(source, shape, padding), "padding": padding, "groups": groups}
    return case(
        "Conv2D", shape, source.choice(BATCHES), filters=filters, **config, **ending(source)
    )


def conv1d(source: random.Random) -> Case:
    steps, channels = source.choice((7, 12, 25)), source.choice(CHANNELS)
    return case(
        "Conv1D",
        (steps, channels),
        source.choice(BATCHES),
        filters=source.choice((1, 10, 17)),
        kernel_size=source.choice((1, 2, 3)),
        strides=source.choice((1, 2, 3)),
        dilation_rate=source.choice((1, 2, 3)),
        padding=source.choice(("valid", "same")),
        **ending(source),
    )


def depthwise(source: random.Random) -> Case:
    shape, padding = image(source), source.choice(("valid", "same"))
    config = {**windows(source, shape, padding), "padding": padding, **ending(source)}
    return case(
        "DepthwiseConv2D",
        shape,
        source.choice(BATCHES),
        depth_multiplier=source.choice((1, 1, 2, 3)),
        **config,
    )


def separable(source: random.Random) -> Case:
    inner = depthwise(source)
    config = {"filters": source.choice((1, 10, 17)), **inner.config}
    return case("SeparableConv2D", inner.shape, inner.batch, **config)


def transpose(source: random.Random) -> Case:
    shape = source.choice((1, 3, 4)), source.choice((2, 5)), source.choice(CHANNELS)
    padding = source.choice(("valid", "same"))
    config = {**windows(source, (99, 99), padding), "padding": padding, **ending(source)}
    if source.random() < 0.4:
        config["output_padding"] = tuple(source.randrange(s) for s in config["strides"])
        if padding == "same" and not all(k % 2 for k in config["kernel_size"]):
            config["kernel_size"] = (3, 5)
    filters = source.choice((1, 3, 10, 17, 33))
    return case("Conv2DTranspose", shape, source.choice(BATCHES), filters=filters, **config)


def pooling(source: random.Random) -> Case:
    shape, padding = image(source), source.choice(("valid", "same"))
    config = windows(source, shape, padding)
    kind = source.choice(("MaxPooling2D", "AveragePooling2D"))
    strides = source.choice((None, config["strides"]))
    return case(
        kind,
        shape,
        source.choice(BATCHES),
        pool_size=config["kernel_size"],
        strides=strides,
        padding=padding,
    )


CONVOLUTIONS = [
    *every_pair_of_channels(),
    *drawn(60, conv2d, seed=1),
    # The tutorials' layers.
    case("Conv2D", (28, 28, 1), 17, filters=10, kernel_size=5, activation="relu"),
    case("Conv2D", (12, 12, 10), 17, filters=20, kernel_size=5, activation="relu"),
    case("Conv2D", (13, 13, 32), 3, filters=64, kernel_size=3),
    # The whole image, one pixel, and windows that see nothing of it.
    case("Conv2D", (5, 7, 3), 15, filters=4, kernel_size=(5, 7)),
    case("Conv2D", (1, 1, 3), 15, filters=4, kernel_size=3, padding="same"),
    *(
        case("Conv2D", (2, 2, 3), batch, filters=4, kernel_size=2, dilation_rate=5, padding="same")
        for batch in (1, 2, 3, 4, 15)
    ),
    case("Conv2D", (9, 9, 2), 2, filters=3, kernel_size=2, strides=5),
    case("Conv2D", (9, 9, 1), 200, filters=3, kernel_size=3),
    *drawn(24, conv1d, seed=2),
    case("Conv1D", (28, 28), 17, filters=10, kernel_size=3, groups=2),
    *drawn(24, depthwise, seed=3),
    *drawn(16, separable, seed=4),
    *drawn(40, transpose, seed=5),
    case("Conv2DTranspose", (4, 4, 3), 15, filters=2, kernel_size=1, strides=3),
]

OTHERS = [
    *drawn(40, pooling, seed=6),
    *(
        case(kind, (5, 7, channels), 17, keepdims=keepdims)
        for kind in ("GlobalMaxPooling2D", "GlobalAveragePooling2D")
        for channels in (1, 17, 20)
        for keepdims in (False, True)
    ),
    case("MaxPooling2D", (24, 24, 10), 33),
    case("ZeroPadding2D", (5, 7, 3), 17, padding=2),
    case("ZeroPadding2D", (5, 7, 1), 1, padding=(0, 3)),
    case("ZeroPadding2D", (5, 7, 17), 33, padding=((1, 0), (2, 3))),
    case("ZeroPadding2D", (5, 7, 2), 15, padding=0),
    case("UpSampling2D", (5, 7, 3), 17),
    case("UpSampling2D", (1, 1, 17), 33, size=(1, 3)),
    case("UpSampling2D", (5, 3, 1), 15, size=(3, 1)),
    case("LeakyReLU", (5, 7), 17),
    case("LeakyReLU", (33,), 15, negative_slope=0.0),
    case("LeakyReLU", (33,), 1, negative_slope=1.5),
]

ALL = CONVOLUTIONS + OTHERS


def write_results(path: str) -> None:
    """Saves the engine's output and gradients for every case."""
    from twins.network import Network

    arrays = {"instruction_set": martlet.info()["instruction_set"]}
    for index, item in enumerate(ALL):
        for name, array in Network(item).results().items():
            arrays[f"{index} {name}"] = array
    np.savez(path, **arrays)


if __name__ == "__main__":
    write_results(sys.argv[1])
