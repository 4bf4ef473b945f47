"""Architectures as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from martlet import _checks, _sharing, layers
from martlet._messages import shown, unknown
from martlet.graph import Graph, Node, Structure, SymbolicTensor
from martlet.layers import InputLayer, composition
from martlet.layers.joins import Join

_CUSTOM: WeakValueDictionary[str, type] = WeakValueDictionary()


def of_part(item: Any) -> dict[str, Any]:
    """Returns a layer or model as {"class", "config"}."""
    kind = type(item)
    if composition.is_composed(item):
        _CUSTOM[kind.__name__] = kind

    def describe() -> dict[str, Any]:
        return {"class": kind.__name__, "config": item.get_config()}

    return _sharing.described(item, describe)


def part(entry: Mapping[str, Any]) -> Any:
    """Makes the layer or model that `of_part` described, or returns the one that it made before.

    Only classes of this package can be named, and composed ones that this process has described.

    Raises:
        ValueError: No such class.
    """
    return _sharing.made(entry, lambda: _new_part(entry))


def _new_part(entry: Mapping[str, Any]) -> Any:
    from martlet import models

    name = entry["class"] if "class" in entry else entry["class_name"]
    classes: dict[str, Any] = {"Model": models.Model, "Sequential": models.Sequential}
    for known in layers.__all__:
        item = getattr(layers, known)
        if isinstance(item, type):
            classes[known] = item
    cls: Any = classes.get(name) or _CUSTOM.get(name)
    if cls is None:
        raise unknown("layer class", name, classes)
    if callable(getattr(cls, "call", None)):
        return made(cls, entry["config"])
    return cls.from_config(entry["config"])


def entries(owner: str, config: Mapping[str, Any]) -> list[Any]:
    """Returns the layers of a described model, each {"class", "config"}."""
    found = _checks.items(owner, '"layers"', config["layers"])
    for entry in found:
        if "shared" in _checks.config(owner, entry):
            continue
        _checks.text(owner, '"class"', _checks.config(owner, entry, "class", "config")["class"])
        _checks.config(owner, entry["config"])
    return found


def made(cls: Any, config: Mapping[str, Any]) -> Any:
    """Makes something composed from its settings; a name that it does not take is given later."""
    options = dict(config)
    name = options.pop("name", None)
    trainable = options.pop("trainable", True)
    item = cls(**options)
    if name is not None:
        item.settle_name(name)
    if not trainable:
        item.trainable = False
    return item


def of_graph(graph: Graph, model: Any) -> dict[str, Any]:
    """Returns a graph as layers, nodes, inputs and outputs."""
    number = {id(item): index for index, item in enumerate(graph.parts)}

    def named(names: Any, form: Structure, tensors: Any) -> Any:
        places = [list(place) for place in graph.places(tensors)]
        return dict(zip(names, places, strict=True)) if form.kind == "dict" else places

    nodes = []
    for use, (item, read, keys) in zip(graph.uses, graph.level(), strict=True):
        node: dict[str, Any] = {
            "layer": number[id(item)],
            "inputs": [list(place) for place in read],
        }
        if keys is not None:
            node["keys"] = list(keys)
        if use.is_inference:
            node["training"] = False
        if isinstance(use, Node) and use.mask is not None:
            node["mask"] = list(graph.places([use.mask])[0])
        nodes.append(node)
    return {
        "name": model.name,
        "layers": [of_part(item) for item in graph.parts],
        "nodes": nodes,
        "inputs": named(graph.input_names, model._input_form, graph.inputs),
        "outputs": named(graph.output_names, model._output_form, graph.outputs),
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
        elif len(given) == 1 and not isinstance(used, Join):
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
