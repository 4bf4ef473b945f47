"""Symbolic tensors and the nodes that make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from martlet.graph import shapes, tracing
from martlet.graph.arithmetic import Arithmetic
from martlet.graph.part import Part
from martlet.graph.tracing import Call


class EngineLayer(Part):
    """A layer that the engine has, as the nodes that use it see it.

    Attributes:
        joins: Whether it is called on a list of tensors, also on a list of one.
        acts_in_training_only: Whether it does nothing in inference, as dropout.
    """

    joins = False
    acts_in_training_only = False

    @property
    def holder(self) -> Any:
        """The layer that has the weights: itself, or the one that it wraps."""
        return self

    @property
    def wrapped(self) -> tuple[Any, ...]:
        """The layers that have parts of the weights, in a layer such as `Bidirectional`."""
        return ()

    def settings(self) -> dict[str, Any]:
        """Returns the arguments that this kind of layer has beyond those of every layer."""
        raise NotImplementedError

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads."""
        raise NotImplementedError


class SymbolicTensor(Arithmetic):
    """Symbolic tensor: an output of one use of a layer, through which arrays will flow.

    Made by `martlet.Input` and by calling layers; it holds no numbers. `x + y`, `x - y` and `x * y`
    make layers, for two tensors or for one and a number.
    """

    __slots__ = ("index", "node")
    dtype = "float32"

    def __init__(self, node: Node, index: int) -> None:
        self.node = node
        self.index = index

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape, with None for the batch axis.

        The engine works it out from the shapes that are known already, and makes no weights. Rules
        for the network as a whole, such as that of shared weights, are looked at when a model is
        built.
        """
        if self.node.output_shapes is None:
            shapes.infer_shapes(self)
        assert self.node.output_shapes is not None
        return (None, *self.node.output_shapes[self.index])

    @property
    def name(self) -> str:
        """The name of the layer that makes it."""
        return self.node.layer.name

    def __repr__(self) -> str:
        layer = self.node.layer
        return f'<SymbolicTensor: output of {type(layer).__name__} "{layer.name}">'

    # What needs numbers.

    def _refuse(self, action: str) -> NoReturn:
        raise TypeError(tracing.refusal(repr(self), action))

    def __bool__(self) -> bool:
        self._refuse("decide by a value (if, while, and, or, not)")

    def __float__(self) -> float:
        self._refuse("turn a tensor into a float")

    def __int__(self) -> int:
        self._refuse("turn a tensor into an int")

    def __index__(self) -> int:
        self._refuse("use a tensor as an index")

    def __len__(self) -> int:
        self._refuse("take the length of a tensor")

    def __iter__(self) -> Any:
        self._refuse("iterate over a tensor")

    def __getitem__(self, key: object) -> Any:
        self._refuse("take a part of a tensor by [...]")

    def __lt__(self, other: object) -> bool:
        self._refuse("compare a tensor")

    __gt__ = __le__ = __ge__ = __lt__

    def __array__(self, *_: object, **__: object) -> None:
        self._refuse("make a NumPy array of a tensor")


class Node:
    """One use of a layer.

    Args:
        layer: The layer that is used.
        inputs: What it reads.
        output_count: How many tensors it gives.
        mask: Which time steps of the first input count, or None where that comes with the input.

    Attributes:
        calls: The uses of models and composed layers that this is part of, from the outermost.
        is_inference: Whether the layer works as in inference even while the model trains.
    """

    __slots__ = (
        "__weakref__",
        "calls",
        "inputs",
        "is_inference",
        "layer",
        "mask",
        "output_shapes",
        "outputs",
    )

    def __init__(
        self,
        layer: EngineLayer,
        inputs: Sequence[SymbolicTensor],
        output_count: int = 1,
        mask: SymbolicTensor | None = None,
    ) -> None:
        self.layer = layer
        self.inputs = tuple(inputs)
        self.mask = mask
        self.outputs = tuple(SymbolicTensor(self, index) for index in range(output_count))
        self.output_shapes: tuple[tuple[int, ...], ...] | None = None
        self.calls: tuple[Call, ...] = tracing.calls()
        self.is_inference = tracing.training() is False

    @property
    def reads(self) -> tuple[SymbolicTensor, ...]:
        """All that it needs: the inputs, and the mask if there is one."""
        return self.inputs if self.mask is None else (*self.inputs, self.mask)

    def to_engine(
        self, layer: int, references: Callable[[Sequence[SymbolicTensor]], list[list[int]]]
    ) -> dict[str, Any]:
        """Returns the description that the engine reads.

        Args:
            layer: The place of the layer among those of the network.
            references: Tells where tensors come from, as [node, output].
        """
        mask = {} if self.mask is None else {"mask": references([self.mask])[0]}
        return {
            "layer": layer,
            "inputs": references(self.inputs),
            "inference": self.is_inference,
            **mask,
        }
