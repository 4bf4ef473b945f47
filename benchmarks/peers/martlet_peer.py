"""Martlet itself, used as its users do: `fit` and `predict` on NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import martlet
import numpy as np
from martlet import layers, losses, optimizers

import networks
from digits import Digits, Floats
from networks import Network
from peers.base import BasePeer, Predictor, UnsupportedError


def apply(lines: Sequence[networks.Layer], x: Any) -> Any:
    """Applies the layers to a symbolic tensor."""
    for line in lines:
        if isinstance(line, networks.Residual):
            x = layers.Add()([apply(line.body, x), apply(line.shortcut, x)])
        else:
            x = layer(line)(x)
    return x


def layer(line: networks.Layer) -> Any:
    """The layer of that name with those arguments: both are Keras's, here and in Martlet."""
    return getattr(layers, type(line).__name__)(**asdict(line))


def names(lines: Sequence[networks.Layer]) -> set[str]:
    """Every layer class that the lines need."""
    needed = set()
    for line in lines:
        if isinstance(line, networks.Residual):
            needed |= {"Add"} | names(line.body) | names(line.shortcut)
        else:
            needed.add(type(line).__name__)
    return needed


class Peer(BasePeer):
    label = "Martlet"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        missing = sorted(name for name in names(network.layers) if not hasattr(layers, name))
        if missing:
            raise UnsupportedError(f"martlet.layers has no {', '.join(missing)}")
        return ("fit",)

    @classmethod
    def version(cls) -> str:
        return f"martlet {martlet.__version__}"

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        martlet.set_num_threads(threads)
        martlet.utils.set_random_seed(0)
        self.model = self.built(network)
        rule = network.optimizer
        self.model.compile(
            optimizer=getattr(optimizers, type(rule).__name__)(**asdict(rule)),
            loss=losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        self.x, self.y = digits.x_train, digits.y_train
        self.batch_size = batch_size

    @staticmethod
    def built(network: Network) -> Any:
        if any(isinstance(line, networks.Residual) for line in network.layers):
            inputs = martlet.Input(network.input_shape)
            return martlet.Model(inputs, apply(network.layers, inputs))
        lines = [layer(line) for line in network.layers]
        return martlet.Sequential([martlet.Input(network.input_shape), *lines])

    def train(self, rows: int) -> None:
        x, y = self.x[:rows], self.y[:rows]
        self.model.fit(x, y, batch_size=self.batch_size, epochs=1, verbose=0)

    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        def predict(batch: int) -> Any:
            return self.model.predict(images, batch_size=batch, verbose=0)

        sizes = {min(batch, len(images)) for batch in (64, 256, 1000)}
        return {f"by {size}": partial(predict, size) for size in sorted(sizes)}

    def parameter_count(self) -> int:
        return sum(int(np.prod(weight.shape)) for weight in self.model.trainable_weights)
