"""A network inside the engine, and the ties between its memory and the layer objects."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from martlet import _core
from martlet.graph import Graph
from martlet.layers.layer import Layer
from martlet.layers.weights import PARAMETERS, Array, Weights
from martlet.utils import console


class Engine:
    """A graph that the engine has built.

    A layer's weights belong to the first model that builds it. A later model that uses the same
    layer borrows them: its engine reads them before each run and gives them back after training, so
    that both models see one set of weights, as in Keras.

    Args:
        graph: What to build.
        name: The model's name.
        seed: What the weights start from.
        owner: The model object; its layers' weights live here.

    Attributes:
        watches_scale: Whether what the model learns from is still to be looked at for pixels on a
            wrong scale.

    Raises:
        ValueError: Shapes do not fit together; the message names the layer.
    """

    def __init__(self, graph: Graph, name: str, seed: int, owner: object) -> None:
        self.core = _core.Model(json.dumps(graph.architecture(name)), seed)
        self.description: dict[str, Any] = json.loads(self.core.describe())
        graph.set_shapes(self.description)
        self.graph = graph
        self._warn_of_lost_masks()
        self.watches_scale = True
        self.input_shapes = [tuple(shape) for shape in self.description["inputs"]]
        self.output_shapes = [tuple(shape) for shape in self.description["outputs"]]
        self.borrowed: list[tuple[Layer, Weights]] = []
        self._weights: dict[Layer, Weights] = {}
        for holder, index in graph.holders.items():
            weights = Weights(self.core, index, self.description["layers"][index])
            self._weights[holder] = weights
            self._attach(holder, weights, owner)
        for index, layer in enumerate(graph.layers):
            if layer.holder.wrapped:
                self._tell(index, layer.holder)

    @property
    def parameter_count(self) -> int:
        """How many floats each of the flat buffers holds."""
        count: int = self.description["parameter_storage"]
        return count

    def parameters(self, writable: bool = False) -> Array:
        """Returns the flat buffer of all parameters, without a copy."""
        return self.core.view(0, 0, (self.parameter_count,), writable)

    def set_trainable(self, layer: Layer) -> None:
        """Freezes or thaws all uses of the weights that a layer has, or has a part of."""
        for index, used in enumerate(self.graph.layers):
            holder = used.holder
            if layer is holder or layer in holder.wrapped:
                self._tell(index, holder)

    def _tell(self, index: int, holder: Layer) -> None:
        weights = self._weights[holder]
        parts = weights.shapes if holder.wrapped else ()
        told: tuple[bool, frozenset[str]] | None = None
        # Whichever of several assigning threads ends last leaves what was assigned last.
        while told != (now := (holder.trainable, holder.frozen_parameters(weights))):
            told = now
            self.core.set_trainable(index, now[0])
            for place, name in enumerate(parts):
                self.core.set_trainable(index, name not in now[1], place)

    def pull(self) -> None:
        """Reads borrowed weights from the models that own them."""
        for layer, mine in self.borrowed:
            for name in mine.shapes:
                np.copyto(mine.view(name, writable=True), layer.built_weights.view(name))

    def push(self, which: int = PARAMETERS) -> None:
        """Gives borrowed weights, or their gradients, back to the models that own them."""
        for layer, mine in self.borrowed:
            for name in mine.shapes:
                theirs = layer.built_weights.view(name, which, writable=True)
                np.copyto(theirs, mine.view(name, which))

    def _warn_of_lost_masks(self) -> None:
        for node, entry in zip(self.graph.nodes, self.description["nodes"], strict=True):
            if entry["drops_mask"]:
                console.warn(
                    f"{node.layer.title} is given a mask and cannot hand it on: it and the layers "
                    "after it see padding as if it were data.",
                )

    def _attach(self, layer: Layer, weights: Weights, owner: object) -> None:
        previous = layer.built_weights if layer.built else None
        holder = layer.owner()
        if previous is not None and holder is not None and holder is not owner:
            _check_same_shapes(layer, previous, weights)
            self.borrowed.append((layer, weights))
        else:
            if previous is not None and previous.shapes == weights.shapes:
                for name in weights.shapes:
                    np.copyto(weights.view(name, writable=True), previous.view(name))
            layer.bind(weights, owner)
        layer.used_by(self)


def _check_same_shapes(layer: Layer, previous: Weights, weights: Weights) -> None:
    for name, shape in weights.shapes.items():
        if previous.shapes[name] != shape:
            raise ValueError(
                f"{layer.title} is shared with another model, where its {name} has shape "
                f"{previous.shapes[name]}; here it would need {shape}. Use a new layer, or inputs "
                "of the same size."
            )
