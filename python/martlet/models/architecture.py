"""Configuration of a model: its graph as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from martlet import _checks
from martlet._messages import shown
from martlet.graph import Graph, Node, Structure, SymbolicTensor
from martlet.layers import InputLayer
from martlet.layers.description import entries, of_part, part


def of_graph(
    graph: Graph, name: str, input_form: Structure, output_form: Structure
) -> dict[str, Any]:
    """Returns a graph as layers, nodes, inputs and outputs."""
    number = {id(item): index for index, item in enumerate(graph.parts)}

    def named(names: Any, form: Structure, tensors: Any) -> Any:
        places = [list(place) for place in graph.places(tensors)]
        return dict(zip(names, places, strict=True)) if form.kind == "dict" else places

    nodes = []
    for use, entry in zip(graph.uses, graph.level(), strict=True):
        node: dict[str, Any] = {
            "layer": number[id(entry.part)],
            "inputs": [list(place) for place in entry.read],
        }
        if entry.keys is not None:
            node["keys"] = list(entry.keys)
        if use.is_inference:
            node["training"] = False
        if isinstance(use, Node) and use.mask is not None:
            node["mask"] = list(graph.places([use.mask])[0])
        nodes.append(node)
    return {
        "name": name,
        "layers": [of_part(item) for item in graph.parts],
        "nodes": nodes,
        "inputs": named(graph.input_names, input_form, graph.inputs),
        "outputs": named(graph.output_names, output_form, graph.outputs),
    }


def tensors(config: Mapping[str, Any]) -> tuple[Any, Any]:
    """Makes the layers and uses that `of_graph` described, and returns the inputs and outputs."""
    owner = "from_config"
    _checks.config(owner, config, "layers", "nodes", "inputs", "outputs")
    parts = [part(entry) for entry in entries(owner, config)]
    outputs: list[list[SymbolicTensor]] = []

    def at(place: Any) -> SymbolicTensor:
        if not isinstance(place, (list, tuple)) or len(place) != 2:
            raise ValueError(f"{owner}: expected [use, output], received {shown(place)}.")
        tensor: SymbolicTensor = _item(_item(outputs, place[0]), place[1])
        return tensor

    for node in _checks.items(owner, '"nodes"', config["nodes"]):
        _checks.config(owner, node, "layer", "inputs")
        used = _item(parts, node["layer"])
        given: Any = [at(place) for place in _checks.items(owner, '"inputs"', node["inputs"])]
        if isinstance(used, InputLayer):
            outputs.append([used.start()])
            continue
        if "keys" in node:
            given = dict(zip(node["keys"], given, strict=True))
        elif len(given) == 1 and not getattr(used, "joins", False):
            given = given[0]
        options = {"mask": at(node["mask"])} if "mask" in node else {}
        outputs.append(Structure.flat(used(given, training=node.get("training"), **options)))

    def found(places: Any) -> Any:
        if isinstance(places, Mapping):
            return {name: at(place) for name, place in places.items()}
        return [at(place) for place in _checks.items(owner, "the places of tensors", places)]

    return found(config["inputs"]), found(config["outputs"])


def _item(values: Sequence[Any], index: Any) -> Any:
    number = _checks.integer("from_config", "each number of a layer, use or output", index, 0)
    if number >= len(values):
        raise ValueError(f"from_config: expected a number below {len(values)}, received {number}.")
    return values[number]
