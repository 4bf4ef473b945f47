"""Shapes of symbolic tensors before a model is built."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from martlet import _core, _sharing
from martlet.graph.order import ordered, paths

if TYPE_CHECKING:
    from martlet.graph.symbolic import Node, SymbolicTensor


def infer_shapes(tensor: SymbolicTensor) -> None:
    """Lets the engine work out the shapes up to `tensor`, and keeps them on the nodes.

    Nodes whose shapes are known stand for all before them, so that asking after each of many layers
    costs what the layers in between do.
    """
    nodes = ordered([tensor], known=lambda node: node.output_shapes is not None)
    try:
        _infer(nodes, tensor)
    except (ValueError, MemoryError) as error:
        failure = error
    else:
        return
    # Once more from the inputs on, for a message with the names of all layers.
    _infer(ordered([tensor]), tensor)
    raise failure


def _infer(nodes: Sequence[Node], last: SymbolicTensor) -> None:
    description = json.loads(_core.describe(json.dumps(_architecture(nodes, last))))
    for node, entry in zip(nodes, description["nodes"][-len(nodes) :], strict=True):
        node.output_shapes = tuple(tuple(shape) for shape in entry["output_shapes"])


def _architecture(nodes: Sequence[Node], last: SymbolicTensor) -> dict[str, Any]:
    """The network of some nodes, with an input for each value that they read from other nodes."""
    inside = {id(node) for node in nodes}
    reads = [tensor for node in nodes for tensor in node.reads]
    given = list({id(item): item for item in reads if id(item.node) not in inside}.values())
    places = {id(tensor): [number, 0] for number, tensor in enumerate(given)}
    for number, node in enumerate(nodes, len(given)):
        places.update({id(tensor): [number, tensor.index] for tensor in node.outputs})

    def references(tensors: Sequence[SymbolicTensor]) -> list[list[int]]:
        return [places[id(tensor)] for tensor in tensors]

    names = paths(nodes)
    layer_index = {layer: number for number, layer in enumerate(names, len(given))}
    with _sharing.apart():
        layers = [{**layer.to_engine(), "name": name} for layer, name in names.items()]
    return {
        "name": "shapes",
        "layers": _apart([*map(_input, given), *layers]),
        "nodes": [
            *({"layer": number, "inputs": []} for number in range(len(given))),
            *(node.to_engine(layer_index[node.layer], references) for node in nodes),
        ],
        "inputs": references([*given, *(node.outputs[0] for node in nodes if not node.reads)]),
        "outputs": references([last]),
    }


def _input(tensor: SymbolicTensor) -> dict[str, Any]:
    return {
        "class": "Input",
        "name": tensor.name,
        "config": {"shape": list(tensor.shape[1:])},
    }


def _apart(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gives layers of one name, which may be so while they are in no model, others."""
    seen: set[str] = set()
    for number, entry in enumerate(layers):
        if entry["name"] in seen:
            entry["name"] = f"{entry['name']}#{number}"
        seen.add(entry["name"])
    return layers
