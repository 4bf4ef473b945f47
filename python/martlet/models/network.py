"""What a model is before it learns: layers, weights, shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import hint
from martlet.graph import Graph, SymbolicTensor
from martlet.layers.layer import Layer
from martlet.layers.weights import Array
from martlet.models.engine import Engine
from martlet.models.naming import settle_names
from martlet.utils.seeds import next_seed


class Network:
    """Layers joined to a graph that the engine builds when its input shapes are known.

    Args:
        name: A label.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.seed = next_seed()
        self._engine: Engine | None = None

    def _graph(self) -> Graph | None:
        """Returns the graph, or None while the input shape is unknown."""
        raise NotImplementedError

    def _all_layers(self) -> list[Layer]:
        raise NotImplementedError

    @property
    def engine(self) -> Engine:
        """The network inside the engine; built now if it was not.

        Raises:
            RuntimeError: The input shape is not known yet.
        """
        if self._engine is None:
            graph = self._graph()
            if graph is None:
                raise RuntimeError(
                    f"{self.title} is not built, because the shape of its input is not known. Give "
                    "the first layer input_shape=(28, 28), call build((None, 28, 28)), or call fit."
                )
            settle_names(graph.layers)
            self._engine = Engine(graph, self.name, self.seed, self)
            self._engine_changed()
        return self._engine

    def _engine_changed(self) -> None:
        """Called when the network has been built, or built again."""

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Builds the network for an input shape.

        Args:
            input_shape: With the batch axis in front, as in (None, 28, 28).

        Raises:
            ValueError: The model has another input shape already, or its layers do not fit.
        """
        shape = _checks.shape("build", "input_shape", list(input_shape)[1:])
        if not self.has_known_inputs:
            self._set_input_shape(shape)
        if self.engine.input_shapes != [shape]:
            raise ValueError(
                f"build: {self.title} has the input shapes {self.engine.input_shapes} already, "
                f"received {shape}. Make a new model for other inputs."
            )

    def _set_input_shape(self, shape: tuple[int, ...] | None) -> None:
        """Takes the input shape, if the layers do not say it; None forgets it again."""

    @property
    def title(self) -> str:
        """The model as error messages call it: Sequential "sequential"."""
        return f'{type(self).__name__} "{self.name}"'

    @property
    def has_known_inputs(self) -> bool:
        """Whether the shape of the input is known, so that the model can be built."""
        return self._graph() is not None

    @property
    def built(self) -> bool:
        """Whether the model has its weights."""
        return self._engine is not None

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order in which they run."""
        return list(self._all_layers())

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
        return [view for layer in self.engine.graph.layers for view in layer.weights]

    @property
    def trainable_weights(self) -> list[Array]:
        """The views of what training changes."""
        return [view for layer in self.engine.graph.layers for view in layer.trainable_weights]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Returns the layer of a name, or at a place in `layers`.

        Raises:
            ValueError: No such layer; the message gives the nearest name.
        """
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(
                    f"get_layer: there are {len(self.layers)} layers, received index {index}."
                )
            return self.layers[index]
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
            weights: One array for each parameter, in the order of `get_weights`.

        Raises:
            ValueError: Another number of arrays, a wrong shape, or values that are not finite;
                nothing has changed then.
        """
        slots = [(layer, name) for layer in self.engine.graph.layers for name in _names(layer)]
        if len(weights) != len(slots):
            raise ValueError(f"set_weights: expected {len(slots)} arrays, received {len(weights)}.")
        arrays = [
            layer.checked_values(name, value)
            for (layer, name), value in zip(slots, weights, strict=True)
        ]
        for (layer, name), array in zip(slots, arrays, strict=True):
            np.copyto(layer.built_weights.view(name, writable=True), array)

    def count_params(self) -> int:
        """Returns how many numbers the parameters hold."""
        return sum(layer.count_params() for layer in self.engine.graph.layers)

    @property
    def trainable(self) -> bool:
        """Whether any layer is trainable. Assigning freezes or thaws all of them."""
        return any(layer.trainable for layer in self._all_layers())

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._all_layers():
            layer.trainable = value


def _names(layer: Layer) -> list[str]:
    return list(layer.built_weights.shapes)


def _with_batch(shapes: list[tuple[int, ...]]) -> Any:
    full = [(None, *shape) for shape in shapes]
    return full[0] if len(full) == 1 else full
