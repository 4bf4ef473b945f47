"""The part of a network between given inputs and outputs, as the engine reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from martlet import _sharing
from martlet._messages import shown
from martlet.graph.depths import parts_by_depth
from martlet.graph.order import ordered, paths
from martlet.graph.part import Part
from martlet.graph.symbolic import EngineLayer, Node, SymbolicTensor
from martlet.graph.uses import Level, Place, Use, levels, uses_in_order


class Graph:
    """Nodes in an order in which they can run, and the layers that they use.

    The engine sees single layers. Users see `parts`: a model or a composed layer that was called
    counts as one. Several layers may use the weights of one: `holders` are the layers that have
    weights of their own, each with the place of the first layer that uses them.

    Args:
        inputs: Tensors from `martlet.Input`.
        outputs: Tensors that follow from them.
        input_names: What users call the inputs; by default after their layers.
        output_names: What users call the outputs; by default after the parts that make them.

    Raises:
        ValueError: An output needs an input that is not given, or an input leads to no output.
    """

    def __init__(
        self,
        inputs: Sequence[SymbolicTensor],
        outputs: Sequence[SymbolicTensor],
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
    ) -> None:
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self._check_inputs()
        self.nodes = ordered((*self.inputs, *self.outputs))
        self.layers: list[EngineLayer] = list(dict.fromkeys(node.layer for node in self.nodes))
        self.holders: dict[EngineLayer, int] = {}
        for index, layer in enumerate(self.layers):
            self.holders.setdefault(layer.holder, index)
        self._check_holders()
        self.uses: list[Use] = uses_in_order(self.nodes, self.outputs)
        self._input_names, self._output_names = input_names, output_names
        self.parts: list[Part] = parts_by_depth(self.uses, self._walked_outputs())

    def _walked_outputs(self) -> list[SymbolicTensor]:
        """The outputs in the order in which Keras walks from them: that of names, if given."""
        names = self._output_names or [""] * len(self.outputs)
        order = sorted(range(len(self.outputs)), key=lambda index: names[index])
        return [self.outputs[index] for index in order]

    @property
    def input_names(self) -> list[str]:
        """What the inputs are called in dictionaries."""
        return list(self._input_names or [tensor.node.layer.name for tensor in self.inputs])

    @property
    def output_names(self) -> list[str]:
        """What the outputs are called in dictionaries and in the history; no two are the same."""
        if self._output_names:
            return list(self._output_names)
        grouped = any(not isinstance(use, Node) for use in self.uses)
        names: list[str] = []
        for tensor in self.outputs:
            calls = tensor.node.calls if grouped else ()
            base = calls[0].container.name if calls else tensor.node.layer.name
            name, number = base, 0
            while name in names:
                number += 1
                name = f"{base}_{number}"
            names.append(name)
        return names

    @property
    def paths(self) -> dict[EngineLayer, str]:
        """The name of every layer, after those of the models that it is in: "encoder/dense"."""
        return paths(self.nodes)

    def architecture(self, name: str) -> dict[str, Any]:
        """Returns the network as plain values, in the form that martlet.h describes."""
        layer_index = {id(layer): index for index, layer in enumerate(self.layers)}
        node_index = {id(node): index for index, node in enumerate(self.nodes)}
        paths = self.paths

        def references(tensors: Sequence[SymbolicTensor]) -> list[list[int]]:
            return [[node_index[id(tensor.node)], tensor.index] for tensor in tensors]

        with _sharing.apart():
            described = [
                {**layer.to_engine(), "name": paths[layer], **self._weights_of(index, layer)}
                for index, layer in enumerate(self.layers)
            ]
        return {
            "name": name,
            "layers": described,
            "nodes": [
                node.to_engine(layer_index[id(node.layer)], references) for node in self.nodes
            ],
            "inputs": references(self.inputs),
            "outputs": references(self.outputs),
        }

    def _weights_of(self, index: int, layer: EngineLayer) -> dict[str, int]:
        holder = self.holders[layer.holder]
        return {} if holder == index else {"weights_of": holder}

    def set_shapes(self, description: dict[str, Any]) -> None:
        """Keeps the output shapes that the engine's description gives for each node."""
        for node, entry in zip(self.nodes, description["nodes"], strict=True):
            node.output_shapes = tuple(tuple(shape) for shape in entry["output_shapes"])

    def consumer(self, tensor: SymbolicTensor) -> EngineLayer:
        """Returns the first layer that reads `tensor`, or its own layer when none does."""
        readers = (node.layer for node in self.nodes if any(item is tensor for item in node.reads))
        return next(readers, tensor.node.layer)

    def level(self) -> list[Level]:
        """Returns every use with what it reads."""
        return levels(self.uses)

    def places(self, tensors: Sequence[SymbolicTensor]) -> list[Place]:
        """Returns where tensors come from."""
        found = {
            id(tensor): Place(index, output)
            for index, use in reversed(list(enumerate(self.uses)))
            for output, tensor in enumerate(use.outputs)
        }
        return [found[id(tensor)] for tensor in tensors]

    def _check_holders(self) -> None:
        for holder in self.holders:
            for inner in holder.wrapped:
                if inner in self.holders:
                    raise ValueError(
                        f"{inner.title} is a part of {holder.title}, whose weights it has, and "
                        "cannot be used by itself in the same model. Use a layer of its own."
                    )

    def _check_inputs(self) -> None:
        for tensor in self.inputs:
            if tensor.node.inputs:
                raise ValueError(
                    f"Expected inputs to come from martlet.Input, received {shown(tensor)}."
                )
        needed = {id(node): node for node in ordered(self.outputs) if not node.inputs}
        given = {id(tensor.node): tensor.node for tensor in self.inputs}
        if len(given) < len(self.inputs):
            raise ValueError("Expected every input once among the inputs, received one twice.")
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
