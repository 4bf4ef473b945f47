"""Calls of a layer: the nodes that use it, and their inputs and outputs."""

from __future__ import annotations

import weakref
from typing import Any

from martlet.graph import EngineLayer, Maker, Node, Part, SymbolicTensor

Ends = SymbolicTensor | tuple[SymbolicTensor, ...]


class Uses:
    """The nodes of a layer, for `layer.input` and `layer.output`. Networks keep them alive."""

    def __init__(self) -> None:
        self._nodes: list[weakref.ref[Node]] = []

    def add(self, node: Node) -> None:
        """Remembers one more use."""
        self._nodes.append(weakref.ref(node))

    def first(self, layer: EngineLayer, maker: Maker | None, wanted: str) -> Node:
        """Returns the first use, which in a `Sequential` is its own.

        Raises:
            AttributeError: There is none; the message says that `wanted` is missing.
        """
        if maker is not None and maker.has_known_inputs:
            # A stack that grew has made nodes that are in no network any more.
            return next(node for node in maker.built_model.graph.nodes if node.layer is layer)
        for reference in self._nodes:
            node = reference()
            if node is not None:
                return node
        raise AttributeError(
            f"{layer.title} has no {wanted} yet: no network uses it. Call it on a symbolic "
            "tensor, or give the first layer of its Sequential input_shape=...."
        )


def ends(tensors: tuple[SymbolicTensor, ...]) -> Ends:
    """Returns the only tensor, or all of several."""
    return tensors[0] if len(tensors) == 1 else tensors


def called_on(layer: EngineLayer, inputs: Any, mask: Any) -> list[SymbolicTensor]:
    """Returns what a layer is called on, as a list.

    Raises:
        TypeError: The inputs or the mask are arrays.
    """
    tensors = [inputs] if isinstance(inputs, SymbolicTensor) else inputs
    if not isinstance(tensors, (list, tuple)) or not all(
        isinstance(tensor, SymbolicTensor) for tensor in tensors
    ):
        remedy = "To run arrays through layers, put them in a Sequential and call predict()."
        if isinstance(inputs, Part):
            remedy = "Call that on a symbolic tensor first, or put both in a Sequential."
        raise TypeError(
            f"{layer.title}: expected a symbolic tensor such as martlet.Input(shape=(28, 28)), "
            f"received {type(inputs).__name__}. {remedy}"
        )
    if mask is not None and not isinstance(mask, SymbolicTensor):
        raise TypeError(
            f"{layer.title}: expected mask to be a symbolic tensor such as "
            f"martlet.Input(shape=(timesteps,)), received {type(mask).__name__}."
        )
    return list(tensors)
