"""Symbolic tensors and the nodes that make them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from martlet.layers.layer import Layer


class SymbolicTensor:
    """A place in a network through which arrays will flow: an output of one use of a layer.

    Made by `martlet.Input` and by calling layers; it holds no numbers.
    """

    __slots__ = ("index", "node")

    def __init__(self, node: Node, index: int) -> None:
        self.node = node
        self.index = index

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape, with None for the batch axis.

        The engine works it out, by building the part of the network before this place.
        """
        if self.node.output_shapes is None:
            from martlet.graph.shapes import infer_shapes

            infer_shapes(self)
        assert self.node.output_shapes is not None
        return (None, *self.node.output_shapes[self.index])

    def __repr__(self) -> str:
        layer = self.node.layer
        return f'<SymbolicTensor: output of {type(layer).__name__} "{layer.name}">'

    def __array__(self, *_: object, **__: object) -> None:
        raise TypeError(
            f"{self!r} holds no numbers, so NumPy cannot use it. Build martlet.Model(inputs, "
            "outputs) and call its predict()."
        )


class Node:
    """One use of a layer.

    Args:
        layer: The layer that is used.
        inputs: What it reads.
        output_count: How many tensors it gives.
        mask: Which time steps of the first input count, or None where that comes with the input.
    """

    __slots__ = ("__weakref__", "inputs", "layer", "mask", "output_shapes", "outputs")

    def __init__(
        self,
        layer: Layer,
        inputs: Sequence[SymbolicTensor],
        output_count: int = 1,
        mask: SymbolicTensor | None = None,
    ) -> None:
        self.layer = layer
        self.inputs = tuple(inputs)
        self.mask = mask
        self.outputs = tuple(SymbolicTensor(self, index) for index in range(output_count))
        self.output_shapes: tuple[tuple[int, ...], ...] | None = None

    @property
    def reads(self) -> tuple[SymbolicTensor, ...]:
        """All that it needs: the inputs, and the mask if there is one."""
        return self.inputs if self.mask is None else (*self.inputs, self.mask)
