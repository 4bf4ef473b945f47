"""A stack of layers, each reading what the one before gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from martlet import _checks, _sharing
from martlet._keras import takes_keras_arguments
from martlet._messages import shown
from martlet.graph import Graph, Structure, SymbolicTensor
from martlet.layers.input_layer import InputLayer
from martlet.layers.layer import Layer
from martlet.models import configuration
from martlet.models.model import Model
from martlet.models.naming import settle_names
from martlet.models.training import TrainableNetwork

Part = Layer | Model | SymbolicTensor


class Sequential(Model):
    """A stack of layers.

    The model is built as soon as the shape of its input is known: from `input_shape=` of the first
    layer, from an `Input` in front, from `build`, or from the first data.

    Args:
        layers: Layers from first to last; models may stand among them. More can be added later.
        name: A label.

    Raises:
        ValueError: Shapes do not fit together; the message names the layer.
        TypeError: Something that is no layer.

    Example:
        >>> model = martlet.Sequential([
        ...     layers.Flatten(input_shape=(28, 28)),
        ...     layers.Dense(128, activation="relu"),
        ...     layers.Dense(10, activation="softmax"),
        ... ])
        >>> model.count_params()
        101770
    """

    @takes_keras_arguments("Sequential")
    def __init__(self, layers: Sequence[Part] | None = None, name: str | None = None) -> None:
        TrainableNetwork.__init__(self, name, "sequential")
        self.traced_shapes = None
        self._seen: Sequence[SymbolicTensor] | None = None
        self._stack: list[Layer | Model] = []
        self._input_layer: InputLayer | None = None
        self._known_graph: Graph | None = None
        for layer in [] if layers is None else _checks.items("Sequential", "layers", layers):
            self.add(layer)
        if self.has_known_inputs:
            self.engine  # noqa: B018 - built here, so that errors appear where the model is written

    def add(self, layer: Part) -> None:
        """Puts a layer on top. The layers below keep their weights.

        Raises:
            TypeError: It is no layer.
            ValueError: An input that is not the first, or a name that another layer has.
        """
        if isinstance(layer, SymbolicTensor) and isinstance(layer.node.layer, InputLayer):
            layer = layer.node.layer
        if not isinstance(layer, (Layer, Model)):
            raise TypeError(
                f"{self.title}: expected a layer such as layers.Dense(10), received {shown(layer)}."
            )
        if isinstance(layer, InputLayer):
            if self._stack or self._input_layer is not None:
                raise ValueError(f"{self.title}: an Input must come before all other layers.")
            settle_names([layer])
            self._input_layer = layer
        else:
            self._push(layer)
        self._known_graph = self._engine = None

    def pop(self) -> None:
        """Takes the last layer off.

        Raises:
            ValueError: There is none.
        """
        if not self._stack:
            raise ValueError(f"{self.title}: there is no layer to take off.")
        self._stack.pop()
        self._known_graph = self._engine = None

    def _push(self, layer: Layer | Model) -> None:
        if layer in self._stack:
            raise ValueError(
                f"{self.title}: the layer {shown(layer)} is in the stack already. Make "
                "another one, or share it in a martlet.Model(inputs, outputs)."
            )
        first = not self._stack and self._input_layer is None
        self._stack.append(layer)
        try:
            settle_names(self._stack)
        except ValueError:
            self._stack.pop()
            raise
        if isinstance(layer, Layer):
            layer.await_weights(self)
        if not self._trainable:
            layer.trainable = False
        shape = _start_shape(layer) if first else None
        if shape is not None:
            self._set_input_shape(shape)

    def _parts(self) -> list[Any]:
        return list(self._stack)

    @property
    def traces(self) -> bool:
        """Whether the network comes from a `call` that is traced."""
        return False

    def packed_outputs(self, outputs: Sequence[Any]) -> Any:
        """Returns the only output, or a list of several."""
        return TrainableNetwork.packed_outputs(self, outputs)

    def _set_input_shape(self, shape: Any) -> None:
        self._known_graph = None
        self._input_layer = None if shape is None else InputLayer(shape)
        if self._input_layer is not None:
            settle_names([self._input_layer])

    def _graph(self) -> Graph | None:
        if self._input_layer is None and self._seen:
            self._set_input_shape(tuple(self._seen[0].shape[1:]))
        if self._known_graph is None and self._input_layer is not None and self._stack:
            start = self._input_layer.start()
            self._known_graph = Graph([start], self._apply_symbolically([start]))
        return self._known_graph

    def _in_order(self, inputs: Any) -> list[SymbolicTensor]:
        tensors = Structure.flat(inputs)
        if self._input_layer is None and self._seen is None:
            self._seen = tensors
        return tensors

    def _apply_symbolically(self, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
        tensors: Any = inputs[0] if len(inputs) == 1 else inputs
        for part in self._stack:
            tensors = part(tensors)
        return Structure.flat(tensors)

    def get_config(self) -> dict[str, Any]:
        """Returns the architecture as plain values that JSON can hold."""
        first = [] if self._input_layer is None else [self._input_layer]
        with _sharing.describing():
            stack = [configuration.of_part(part) for part in [*first, *self._stack]]
        return {"name": self.name, "layers": stack}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Sequential:
        """Makes a model from what `get_config` returned; its weights start anew."""
        owner = f"{cls.__name__}.from_config"
        _checks.config(owner, config, "layers")
        with _sharing.making():
            stack = [configuration.part(entry) for entry in configuration.entries(owner, config)]
        return cls(stack, name=config.get("name"))


def _start_shape(layer: Layer | Model) -> tuple[int, ...] | None:
    if isinstance(layer, Model):
        return layer.engine.input_shapes[0] if layer.has_known_inputs else None
    return layer.input_shape
