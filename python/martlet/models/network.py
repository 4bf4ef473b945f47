"""What a model is before it learns: layers, weights, shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from martlet import _checks
from martlet._messages import hint, shown
from martlet.graph import Graph, Structure, SymbolicTensor
from martlet.layers import composition
from martlet.layers.bound import assign_all
from martlet.layers.weights import Array
from martlet.models.engine import Engine
from martlet.models.naming import settle_graph
from martlet.utils.locks import CONSTRUCTION, Turn
from martlet.utils.seeds import next_seed


class Network:
    """Layers joined to a graph that the engine builds when its input shapes are known.

    Args:
        name: A label, or None for one that an outer model may number.
        base: What such a one begins with.
    """

    _is_martlet_part = True

    def __init__(self, name: str | None, base: str) -> None:
        self.name = _checks.name(type(self).__name__, name) or base
        self.named = name is not None
        self.seed = next_seed()
        self.turn = Turn()
        self._engine: Engine | None = None
        self._trainable = True

    def _graph(self) -> Graph | None:
        """Returns the graph, or None while the input shape is unknown."""
        raise NotImplementedError

    @property
    def traces(self) -> bool:
        """Whether the network comes from a `call` that is traced."""
        return False

    def packed_outputs(self, outputs: Sequence[Any]) -> Any:
        """Returns what belongs to the outputs in the form in which the model has these."""
        return outputs[0] if len(outputs) == 1 else list(outputs)

    def _parts(self) -> list[Any]:
        """Returns the layers and models that this one is made of, as its author sees them."""
        raise NotImplementedError

    def settle_name(self, name: str) -> None:
        """Gives the model the name that an outer model chose."""
        self.name = _checks.name(self.title, name) or self.name
        self.named = True

    @property
    def engine(self) -> Engine:
        """The network inside the engine; built now if it was not.

        Raises:
            RuntimeError: The input shape is not known yet.
        """
        engine = self._engine
        if engine is None:
            with CONSTRUCTION:
                engine = self._engine or self._constructed()
        return engine

    def _constructed(self) -> Engine:
        graph = self._graph()
        if graph is None:
            raise RuntimeError(
                f"{self.title} is not built, because the shape of its input is not known. Give "
                "the first layer input_shape=(28, 28), call build((None, 28, 28)), or call fit."
            )
        settle_graph(graph)
        engine = Engine(graph, self.name, self.seed, self)
        try:
            self._engine_changed(engine)
        finally:
            self._engine = engine
        return engine

    def _engine_changed(self, engine: Engine) -> None:
        """Called when the network has been built, or built again."""

    def build(self, input_shape: Any) -> None:
        """Builds the network for an input shape.

        Args:
            input_shape: With the batch axis in front, as in (None, 28, 28); for several inputs a
                list or a dictionary of such.

        Raises:
            ValueError: The model has another input shape already, or its layers do not fit.
        """
        shapes = checked_shapes(input_shape)
        if not self.has_known_inputs:
            self._set_input_shape(shapes)
        if self.engine.input_shapes != shapes_in_order(shapes):
            raise ValueError(
                f"build: {self.title} has the input shapes {self.engine.input_shapes} already, "
                f"received {shapes}. Make a new model for other inputs."
            )

    def _set_input_shape(self, shape: Any) -> None:
        """Takes the input shape, if the layers do not say it; None forgets it again."""

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
        return self._engine is not None

    @property
    def layers(self) -> list[Any]:
        """The layers in Keras's order; a model among them counts as one.

        Those of a functional model are sorted by how far they are from the outputs, the furthest
        first. `get_weights`, `set_weights` and `weights` go through them in this order.
        """
        return self._parts()

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors with which the network starts."""
        return list(self.engine.graph.inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors with which it ends."""
        return list(self.engine.graph.outputs)

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
        return _with_batch(self.engine.input_shapes)

    @property
    def output_shape(self) -> Any:
        """The output's shape with None for the batch axis, or a list of several."""
        return _with_batch(self.engine.output_shapes)

    @property
    def weights(self) -> list[Array]:
        """Read-only views of the engine's memory for all parameters, without a copy."""
        return [view for layer in self._holders() for view in layer.weights]

    @property
    def trainable_weights(self) -> list[Array]:
        """The views of what training changes."""
        return [view for layer in self._holders() for view in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The views of what no optimizer changes: statistics, and all weights of frozen layers."""
        return [view for layer in self._holders() for view in layer.non_trainable_weights]

    def _holders(self) -> list[Any]:
        """The single layers that have weights, each once, in the order of `layers`.

        As in Keras, all of an inner model are there, also where nobody reads one of its outputs.
        """
        present = self.engine.graph.holders
        leaves = [leaf for part in self._parts() for leaf in composition.leaves_of(part)]
        built = [leaf for leaf in leaves if leaf in present or leaf.built]
        return list(dict.fromkeys([*built, *present]))

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """Returns the layer of a name, or at a place in `layers`.

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

    def get_weights(self) -> list[Array]:
        """Returns copies of all parameters, which later training does not change."""
        return [view.copy() for view in self.weights]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Copies values into all parameters.

        Args:
            weights: One array for each parameter, in the order of `get_weights`, which is Keras's.
                A list from a version of this package whose functional models had another order
                does not fit; files and pickles of it do, for their weights go by layer.

        Raises:
            ValueError: Another number of arrays, a wrong shape, or values that are not finite;
                nothing has changed then.
        """
        assign_all("set_weights", self._holders(), weights)

    def count_params(self) -> int:
        """Returns how many numbers the parameters hold."""
        return sum(layer.count_params() for layer in self._holders())

    @property
    def trainable(self) -> bool:
        """Whether any layer is trainable. Assigning freezes or thaws all of them."""
        return any(layer.trainable for layer in self._parts())

    @trainable.setter
    def trainable(self, value: bool) -> None:
        # Parts that are added later follow it too.
        self._trainable = _checks.flag(self.title, "trainable", value)
        for layer in self._parts():
            layer.trainable = value


def checked_shapes(value: Any) -> Any:
    """Returns shapes without their batch axis: one, or a list or a dictionary of them."""
    if isinstance(value, Mapping):
        return {str(key): _checked_shape(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], (list, tuple)):
        return [_checked_shape(item) for item in value]
    return _checked_shape(value)


def _checked_shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise TypeError(
            "build: expected input_shape with the batch axis in front, such as (None, 28, 28); "
            f"received {shown(value)}."
        )
    return _checks.shape("build", "input_shape", value[1:])


def shapes_in_order(shapes: Any) -> list[tuple[int, ...]]:
    """Returns one or several shapes as a list."""
    return [shapes] if isinstance(shapes, tuple) else Structure.flat(shapes)


def _with_batch(shapes: list[tuple[int, ...]]) -> Any:
    full = [(None, *shape) for shape in shapes]
    return full[0] if len(full) == 1 else full
