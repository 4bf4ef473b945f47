"""Base class of models: parts that join to a graph, which the engine builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet import _checks
from martlet._config import KeepsArguments
from martlet._messages import hint, shown
from martlet.callbacks.history import History
from martlet.graph import Graph, Part, SymbolicTensor
from martlet.graph.names import settle_graph
from martlet.models.built_model import BuiltModel
from martlet.models.compilation import Compilation, Objectives
from martlet.models.graph_source import GraphSource, Shape, Shapes, in_order
from martlet.utils.locks import CONSTRUCTION, Turn
from martlet.utils.seeds import next_seed


class Network(Part, KeepsArguments):
    """Layers joined to a graph that the engine builds when its input shapes are known.

    Args:
        name: The model's name, or None to generate one.
        base: The beginning of a generated name.
        source: What makes the graph.
    """

    name = ""
    named = False
    is_single = False

    def __init__(self, name: str | None, base: str, source: GraphSource) -> None:
        self.name = _checks.name(type(self).__name__, name) or base
        self.named = name is not None
        self.seed = next_seed()
        self.turn = Turn()
        self.graph_source = source
        self.stop_training = False
        self.history: History | None = None
        self.epochs_trained = 0
        self._built: BuiltModel | None = None
        self._compilation: Compilation | None = None
        self._fits: list[int] = []
        self._trainable = True

    @property
    def traces(self) -> bool:
        """Whether the network comes from a `call` that is traced."""
        return self.graph_source.is_traced

    @property
    def parts(self) -> list[Part]:
        """The layers and models that this one is made of, as its author sees them."""
        return self.graph_source.parts(self)

    def settle_name(self, name: str) -> None:
        """Gives the model the name that an outer model chose."""
        self.name = _checks.name(self.title, name) or self.name
        self.named = True

    @property
    def built_model(self) -> BuiltModel:
        """The network inside the engine; built now if it was not.

        Raises:
            RuntimeError: The input shape is not known yet.
        """
        built = self._built
        if built is None:
            with CONSTRUCTION:
                built = self._built or self._constructed()
        return built

    def _constructed(self) -> BuiltModel:
        graph = self._graph()
        if graph is None:
            raise RuntimeError(
                f"{self.title} is not built, because the shape of its input is not known. Give "
                "the first layer input_shape=(28, 28), call build((None, 28, 28)), or call fit."
            )
        settle_graph(graph)
        built = BuiltModel(graph, self.name, self.seed, self)
        try:
            if self._compilation is not None:
                built.compile(self._compilation)
        finally:
            self._built = built
        return built

    def _graph(self) -> Graph | None:
        return self.graph_source.graph(self)

    def built_for(self, x: Any) -> BuiltModel:
        """Returns the network inside the engine; built now for the shape of some data if needed."""
        if self._built is not None:
            return self._built
        with CONSTRUCTION:
            if self.has_known_inputs:
                return self.built_model
            self.graph_source.take_shape(self, self.graph_source.shapes_of(x))
            try:
                return self.built_model
            except Exception:
                self.graph_source.take_shape(self, None)
                raise

    def build(self, input_shape: Any) -> None:
        """Builds the model's weights for an input shape.

        Args:
            input_shape: With the batch axis in front, as in (None, 28, 28); for several inputs a
                list or a dictionary of such.

        Raises:
            ValueError: The model has another input shape already, or its layers do not fit.
        """
        shapes = _checked_shapes(input_shape)
        if not self.has_known_inputs:
            self.graph_source.take_shape(self, shapes)
        present = self.built_model.input_shapes
        if present != in_order(shapes):
            raise ValueError(
                f"build: {self.title} has the input shapes {present} already, received {shapes}. "
                "Make a new model for other inputs."
            )

    @property
    def title(self) -> str:
        """The model as error messages call it: Sequential "sequential"."""
        return f'{type(self).__name__} "{self.name}"'

    @property
    def has_known_inputs(self) -> bool:
        """Whether the shape of the input is known, so that the model can be built."""
        with CONSTRUCTION:
            return self._graph() is not None

    @property
    def built(self) -> bool:
        """Whether the model has its weights."""
        return self._built is not None

    @property
    def compilation(self) -> Compilation:
        """What `compile` was given.

        Raises:
            RuntimeError: The model is not compiled.
        """
        if self._compilation is None:
            raise RuntimeError(
                f'{self.title} is not compiled. Call compile(optimizer="adam", '
                'loss="sparse_categorical_crossentropy", metrics=["accuracy"]) first.'
            )
        return self._compilation

    @property
    def objectives(self) -> Objectives:
        """What `compile` was given, for the outputs of the model as far as they are known.

        Raises:
            RuntimeError: The model is not compiled.
        """
        expected = self.compilation.expected
        return expected if self._built is None else self._built.objectives or expected

    @property
    def layers(self) -> list[Any]:
        """The layers in Keras's order; a model among them counts as one.

        Those of a functional model are sorted by how far they are from the outputs, the furthest
        first. `get_weights`, `set_weights` and `weights` go through them in this order.
        """
        return self.parts

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors with which the network starts."""
        return list(self.built_model.graph.inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors with which it ends."""
        return list(self.built_model.graph.outputs)

    @property
    def input(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The input, or a list of several."""
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    @property
    def output(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The output, or a list of several."""
        return self.outputs[0] if len(self.outputs) == 1 else self.outputs

    @property
    def input_shape(self) -> Any:
        """The input's shape with None for the batch axis, or a list of several."""
        return _with_batch(self.built_model.input_shapes)

    @property
    def output_shape(self) -> Any:
        """The output's shape with None for the batch axis, or a list of several."""
        return _with_batch(self.built_model.output_shapes)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """Returns a layer by its name, or by its index in `layers`.

        Raises:
            ValueError: No such layer; the message gives the nearest name.
        """
        if index is not None:
            index = _checks.integer("get_layer", "index", index, minimum=None)
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(
                    f"get_layer: there are {len(self.layers)} layers, received index {index}."
                )
            return self.layers[index]
        _checks.text("get_layer", "name (or index)", name)
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise ValueError(f'No layer "{name}".{hint(str(name), names)} Layers: {", ".join(names)}.')


def _checked_shapes(value: Any) -> Shapes:
    """Returns shapes without their batch axis: one, or a list or a dictionary of them."""
    if isinstance(value, Mapping):
        return {str(key): _checked_shape(item) for key, item in value.items()}
    is_list = isinstance(value, (list, tuple))
    if is_list and isinstance(next(iter(value), None), (list, tuple)):
        return [_checked_shape(item) for item in value]
    return _checked_shape(value)


def _checked_shape(value: Any) -> Shape:
    if not isinstance(value, (list, tuple)) or not value:
        raise TypeError(
            "build: expected input_shape with the batch axis in front, such as (None, 28, 28); "
            f"received {shown(value)}."
        )
    return _checks.shape("build", "input_shape", value[1:])


def _with_batch(shapes: list[Shape]) -> Any:
    full = [(None, *shape) for shape in shapes]
    return full[0] if len(full) == 1 else full
