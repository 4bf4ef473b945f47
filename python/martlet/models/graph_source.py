"""Sources of a model's graph: given tensors, a traced `call`, or a stack of layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from martlet.data import as_array
from martlet.graph import Graph, Part, Structure, SymbolicTensor
from martlet.graph.names import settle_names
from martlet.graph.replay import replayed
from martlet.layers import InputLayer, composition
from martlet.layers.layer import Layer

if TYPE_CHECKING:
    from martlet.models.network import Network

Shape = tuple[int, ...]
Shapes = Shape | list[Shape] | dict[str, Shape]
"""Of one input, of a list of them, or of inputs with names."""


class GraphSource(ABC):
    """What makes the graph of a model as soon as the shapes of its inputs are known.

    It is told the model each time and does not keep it: a model is freed as soon as nobody holds it
    any more.

    Attributes:
        is_traced: Whether the graph comes from a `call` by the model's author.
        input_form: How the inputs were put together.
        output_form: How the outputs were.
        traced_shapes: The input shapes that a `call` was traced for, if they are known.
    """

    is_traced = False
    input_form = Structure(None)
    output_form = Structure(None)
    traced_shapes: Shapes | None = None

    @abstractmethod
    def graph(self, model: Network) -> Graph | None:
        """Returns the graph, or None while the shape of an input is unknown."""

    @abstractmethod
    def parts(self, model: Network) -> list[Part]:
        """Returns the layers and models that the model is made of, as its author sees them."""

    def take_shape(self, model: Network, shapes: Shapes | None) -> None:
        """Takes the input shapes, if the layers do not say them; None forgets them again."""
        return

    def shapes_of(self, x: Any) -> Shapes:
        """Returns the shapes of the inputs that data have."""
        return sample_shape(x)

    def packed(self, outputs: Sequence[Any]) -> Any:
        """Returns what belongs to the outputs in the form in which the model has these."""
        if len(outputs) == 1 and self.output_form.kind == "list":
            return outputs[0]
        return self.output_form.packed(outputs)

    def in_order(self, model: Network, inputs: Any) -> list[SymbolicTensor]:
        """Returns what the model is called on as a list, in the order of its inputs."""
        if isinstance(inputs, Mapping):
            names = model.built_model.graph.input_names
            if set(inputs) != set(names):
                raise ValueError(
                    f"{model.title}: expected the inputs {', '.join(names)}; received "
                    f"{', '.join(map(str, inputs))}."
                )
            return symbolic("inputs", [inputs[name] for name in names])
        return symbolic("inputs", inputs)

    def apply(self, model: Network, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
        """Returns what the outputs are for other inputs."""
        graph = model.built_model.graph
        if len(inputs) != len(graph.inputs):
            raise ValueError(
                f"{model.title}: expected {len(graph.inputs)} inputs, received {len(inputs)}."
            )
        return replayed(graph, inputs)


class Given(GraphSource):
    """The graph between given tensors.

    Args:
        inputs: A tensor from `martlet.Input`, or a list or dictionary of such.
        outputs: Likewise, what follows from them.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.input_form, self.output_form = Structure(inputs), Structure(outputs)
        self._graph = Graph(
            symbolic("inputs", inputs),
            symbolic("outputs", outputs),
            self.input_form.keys,
            self.output_form.keys,
        )

    def graph(self, model: Network) -> Graph:
        """Returns the graph."""
        return self._graph

    def parts(self, model: Network) -> list[Part]:
        """Returns what is used between the tensors, in Keras's order."""
        return list(self._graph.parts)


class Traced(GraphSource):
    """What a `call` does with symbolic tensors of the shapes that the first data have."""

    is_traced = True

    def __init__(self) -> None:
        self._graph: Graph | None = None

    def graph(self, model: Network) -> Graph | None:
        """Returns what was traced."""
        return self._graph

    def parts(self, model: Network) -> list[Part]:
        """Returns the attributes of the model that are layers and models."""
        return composition.parts_of(model)

    def take_shape(self, model: Network, shapes: Shapes | None) -> None:
        """Traces the `call` for some shapes."""
        self.traced_shapes = shapes
        self._graph = None
        if shapes is not None:
            self._graph = self._traced(model, shapes)

    def shapes_of(self, x: Any) -> Shapes:
        """Returns the shape of a sample; of each, for a list or a dictionary of arrays."""
        if isinstance(x, Mapping):
            return {str(key): sample_shape(value) for key, value in x.items()}
        if isinstance(x, (list, tuple)) and len(x) and all(hasattr(item, "shape") for item in x):
            return [sample_shape(item) for item in x]
        return sample_shape(x)

    def _traced(self, model: Network, shapes: Shapes) -> Graph:
        form = Structure(None if isinstance(shapes, tuple) else shapes)
        names: Sequence[str | None] = form.keys or [None] * len(in_order(shapes))
        given = [
            InputLayer(shape, name=name).start()
            for shape, name in zip(in_order(shapes), names, strict=True)
        ]
        result = composition.apply(model, form.packed(given), is_part=False)
        self.input_form, self.output_form = form, Structure(result)
        outputs = Structure.flat(result)
        numbered = [f"output_{index + 1}" for index in range(len(outputs))]
        graph = Graph(given, outputs, form.keys, self.output_form.keys or numbered)
        composition.check_kept(model, graph)
        return graph


class Stack(GraphSource):
    """Layers that read each other, from the first to the last."""

    def __init__(self) -> None:
        self.stack: list[Layer | Network] = []
        self.input_layer: InputLayer | None = None
        self._seen: Sequence[SymbolicTensor] | None = None
        self._graph: Graph | None = None

    def start(self, layer: InputLayer) -> None:
        """Says what the first layer reads."""
        settle_names([layer])
        self.input_layer = layer
        self._graph = None

    def push(self, layer: Layer | Network) -> None:
        """Puts a layer on top.

        Raises:
            ValueError: Another layer has its name.
        """
        self.stack.append(layer)
        try:
            settle_names(self.stack)
        except ValueError:
            self.stack.pop()
            raise
        self._graph = None

    def pop(self) -> None:
        """Takes the last layer off."""
        self.stack.pop()
        self._graph = None

    def graph(self, model: Network) -> Graph | None:
        """Returns the graph of the stack, if it has layers and what it reads is known."""
        if self.input_layer is None and self._seen:
            self.take_shape(model, self._seen[0].shape[1:])
        if self._graph is None and self.input_layer is not None and self.stack:
            start = self.input_layer.start()
            self._graph = Graph([start], self.apply(model, [start]))
        return self._graph

    def parts(self, model: Network) -> list[Part]:
        """Returns the layers from first to last."""
        return list(self.stack)

    def take_shape(self, model: Network, shapes: Any) -> None:
        """Takes the shape of a sample."""
        self._graph = None
        self.input_layer = None
        if shapes is not None:
            self.start(InputLayer(shapes))

    def packed(self, outputs: Sequence[Any]) -> Any:
        """Returns the only output, or a list of several."""
        return outputs[0] if len(outputs) == 1 else list(outputs)

    def in_order(self, model: Network, inputs: Any) -> list[SymbolicTensor]:
        """Returns the inputs as a list; the first ones say what the stack reads."""
        tensors = Structure.flat(inputs)
        if self.input_layer is None and self._seen is None:
            self._seen = tensors
        return tensors

    def apply(self, model: Network, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
        """Returns what comes out of the last layer."""
        tensors: Any = inputs[0] if len(inputs) == 1 else inputs
        for part in self.stack:
            tensors = part(tensors)
        return Structure.flat(tensors)


def symbolic(argument: str, value: Any) -> list[SymbolicTensor]:
    """Returns one or several symbolic tensors as a list.

    Raises:
        TypeError: Something else than symbolic tensors.
        ValueError: There are none.
    """
    tensors = Structure.flat(value)
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise TypeError(
                f"Model: expected {argument} to be symbolic tensors, as martlet.Input gives; "
                f"received {type(tensor).__name__}. For a list of layers use martlet.Sequential; "
                "for a subclass write its call()."
            )
    if not tensors:
        raise ValueError(f"Model: expected at least one tensor in {argument}, received none.")
    return tensors


def in_order(shapes: Shapes) -> list[Shape]:
    """Returns one or several shapes as a list."""
    return [shapes] if isinstance(shapes, tuple) else Structure.flat(shapes)


def sample_shape(x: Any) -> Shape:
    """Returns the shape of one of the samples in an array."""
    return tuple(as_array(x, "x").shape[1:]) or (1,)
