"""Applies the layers of a graph to other tensors, as calling a model does."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.graph import tracing
from martlet.graph.graph import Graph
from martlet.graph.symbolic import SymbolicTensor
from martlet.graph.tracing import Call


def replayed(graph: Graph, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
    """Applies the layers of `graph` to other inputs, and returns the outputs."""
    made = dict(zip(graph.inputs, inputs, strict=True))
    calls: dict[Call, Call] = {}
    for node in graph.nodes:
        if not node.inputs:
            continue
        for call in node.calls:
            calls.setdefault(call, Call(call.container, (), call.keys, call.is_inference))
        given = [made[tensor] for tensor in node.inputs]
        is_single = len(given) == 1 and not node.layer.joins
        phase = False if node.is_inference else None
        with tracing.within(*(calls[call] for call in node.calls)):
            options = {} if node.mask is None else {"mask": made[node.mask]}
            result = node.layer(given[0] if is_single else given, training=phase, **options)
        results = [result] if isinstance(result, SymbolicTensor) else result
        made.update(zip(node.outputs, results, strict=True))
    for old, new in calls.items():
        # What leads to no output of the graph was not made again.
        new.inputs = tuple(made.get(tensor, tensor) for tensor in old.inputs)
        new.outputs = tuple(made.get(tensor, tensor) for tensor in old.outputs)
    return [made[tensor] for tensor in graph.outputs]
