"""The nodes of a graph once more, on other tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from martlet.graph import Call, Graph, SymbolicTensor, tracing
from martlet.layers import composition
from martlet.layers.joins import Join


def replayed(graph: Graph, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
    """Uses the layers of `graph` on other inputs, and returns what its outputs become."""
    made = dict(zip(graph.inputs, inputs, strict=True))
    calls: dict[Call, Call] = {}
    for node in graph.nodes:
        if not node.inputs:
            continue
        for call in node.calls:
            calls.setdefault(call, Call(call.container, (), call.keys, call.is_inference))
        given = [made[tensor] for tensor in node.inputs]
        is_single = len(given) == 1 and not isinstance(node.layer, Join)
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


def check_kept(model: Any, graph: Graph) -> None:
    """Refuses layers with weights that a `call` makes anew each time it runs.

    Raises:
        ValueError: There is one; the message names it.
    """
    kept = {id(leaf) for leaf in composition.leaves_of(model)}
    for node in graph.nodes:
        layer = node.layer
        inside = any(id(layer.holder) in _leaves(call) for call in node.calls)
        if node.inputs and id(layer.holder) not in kept and not inside and _has_weights(layer):
            raise ValueError(
                f"{model.title}: its call() uses {layer.title}, which is no attribute of the "
                "model. Make layers with weights in __init__ and keep them: self.layer = ..."
            )


def _leaves(call: Call) -> set[int]:
    return {id(leaf) for leaf in composition.leaves_of(call.container)}


def _has_weights(layer: Any) -> bool:
    from martlet.layers.weights import Parameter

    kind = type(layer.holder)
    return any(isinstance(getattr(kind, name, None), Parameter) for name in dir(kind))
