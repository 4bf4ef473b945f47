"""Shapes of symbolic tensors before a model is built."""

from __future__ import annotations

import json

from martlet import _core
from martlet.graph.graph import Graph, ordered
from martlet.graph.symbolic import SymbolicTensor


def infer_shapes(tensor: SymbolicTensor) -> None:
    """Lets the engine work out the shapes up to `tensor`, and keeps them on the nodes."""
    sources = [node.outputs[0] for node in ordered([tensor]) if not node.inputs]
    graph = Graph(sources, [tensor])
    architecture = graph.architecture("shapes")
    names = [entry["name"] for entry in architecture["layers"]]
    # Layers that are in no model yet may share a name; the engine wants them apart.
    for index, entry in enumerate(architecture["layers"]):
        if names.count(entry["name"]) > 1:
            entry["name"] = f"{entry['name']}#{index}"
    graph.set_shapes(json.loads(_core.Model(json.dumps(architecture), 0).describe()))
