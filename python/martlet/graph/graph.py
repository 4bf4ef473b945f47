"""The part of a network between given inputs and outputs, as the engine reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from martlet.graph.symbolic import Node, SymbolicTensor

if TYPE_CHECKING:
    from martlet.layers.layer import Layer


class Graph:
    """Nodes in an order in which they can run, and the layers that they use.

    Args:
        inputs: Tensors from `martlet.Input`.
        outputs: Tensors that follow from them.

    Raises:
        ValueError: An output needs an input that is not given, or an input leads to no output.
    """

    def __init__(self, inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor]) -> None:
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.nodes = ordered(self.outputs)
        self.layers: list[Layer] = list(dict.fromkeys(node.layer for node in self.nodes))
        self._check_inputs()

    def architecture(self, name: str) -> dict[str, Any]:
        """Returns the network as plain values, in the form that martlet.h describes."""
        layer_index = {id(layer): index for index, layer in enumerate(self.layers)}
        node_index = {id(node): index for index, node in enumerate(self.nodes)}

        def references(tensors: Sequence[SymbolicTensor]) -> list[list[int]]:
            return [[node_index[id(tensor.node)], tensor.index] for tensor in tensors]

        return {
            "name": name,
            "layers": [layer.to_engine() for layer in self.layers],
            "nodes": [
                {
                    "layer": layer_index[id(node.layer)],
                    "inputs": references(node.inputs),
                    **({} if node.mask is None else {"mask": references([node.mask])[0]}),
                }
                for node in self.nodes
            ],
            "inputs": references(self.inputs),
            "outputs": references(self.outputs),
        }

    def set_shapes(self, description: dict[str, Any]) -> None:
        """Keeps the output shapes that the engine's description gives for each node."""
        for node, entry in zip(self.nodes, description["nodes"], strict=True):
            node.output_shapes = tuple(tuple(shape) for shape in entry["output_shapes"])

    def consumer(self, tensor: SymbolicTensor) -> Layer:
        """Returns the first layer that reads `tensor`, or its own layer when none does."""
        readers = (node.layer for node in self.nodes if tensor in node.reads)
        return next(readers, tensor.node.layer)

    def _check_inputs(self) -> None:
        for tensor in self.inputs:
            if tensor.node.inputs:
                raise ValueError(
                    f"Expected inputs to come from martlet.Input, received {tensor!r}."
                )
        needed = {id(node): node for node in self.nodes if not node.inputs}
        given = {id(tensor.node): tensor.node for tensor in self.inputs}
        for key, node in needed.items():
            if key not in given:
                raise ValueError(
                    f'The outputs need the input "{node.layer.name}", which is not among the '
                    "inputs. Add it to Model(inputs=...)."
                )
        for key, node in given.items():
            if key not in needed:
                raise ValueError(
                    f'The input "{node.layer.name}" leads to no output. Take it out of '
                    "Model(inputs=...), or use it."
                )


def ordered(outputs: Sequence[SymbolicTensor]) -> list[Node]:
    """Returns every node that `outputs` follow from, each after the nodes that it reads.

    The walk keeps its own stack, so that the depth of a network is not bounded by Python's.
    """
    done: dict[int, Node] = {}
    stack = [tensor.node for tensor in reversed(outputs)]
    while stack:
        node = stack[-1]
        waiting = [item.node for item in node.reads if id(item.node) not in done]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            done.setdefault(id(node), node)
            stack.pop()
    return list(done.values())
