"""Architectures as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from martlet import layers
from martlet._messages import unknown
from martlet.graph import Graph, SymbolicTensor
from martlet.layers import InputLayer, Layer


def of_layer(item: Layer) -> dict[str, Any]:
    """Returns a layer as {"class", "config"}."""
    return {"class": type(item).__name__, "config": item.get_config()}


def layer(entry: Mapping[str, Any]) -> Layer:
    """Makes the layer that `of_layer` described. Only layers of this package can be named.

    Raises:
        ValueError: No such layer class.
    """
    known = {name: getattr(layers, name) for name in layers.__all__}
    classes: dict[str, type[Layer]] = {
        name: item for name, item in known.items() if isinstance(item, type)
    }
    if entry["class"] not in classes:
        raise unknown("layer class", entry["class"], classes)
    return classes[entry["class"]].from_config(entry["config"])


def of_graph(graph: Graph, name: str) -> dict[str, Any]:
    """Returns a graph as layers, nodes, inputs and outputs."""
    return {**graph.architecture(name), "layers": [of_layer(item) for item in graph.layers]}


def tensors(config: Mapping[str, Any]) -> tuple[list[SymbolicTensor], list[SymbolicTensor]]:
    """Makes the layers and uses that `of_graph` described, and returns the inputs and outputs."""
    made = [layer(entry) for entry in config["layers"]]
    outputs: list[Sequence[SymbolicTensor]] = []
    for node in config["nodes"]:
        used = made[node["layer"]]
        given = [outputs[at][index] for at, index in node["inputs"]]
        if isinstance(used, InputLayer):
            outputs.append([used.start()])
        else:
            mask = node.get("mask")
            options = {} if mask is None else {"mask": outputs[mask[0]][mask[1]]}
            result = used(given if len(given) > 1 else given[0], **options)
            outputs.append([result] if isinstance(result, SymbolicTensor) else result)
    return (
        [outputs[at][index] for at, index in config["inputs"]],
        [outputs[at][index] for at, index in config["outputs"]],
    )
