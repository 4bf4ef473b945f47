"""Sequential model: a stack of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from martlet import _checks, _sharing
from martlet._keras import takes_keras_arguments
from martlet._messages import shown
from martlet.graph import SymbolicTensor
from martlet.layers.description import entries, of_part, part
from martlet.layers.input_layer import InputLayer
from martlet.layers.layer import Layer
from martlet.models.graph_source import GraphSource, Stack
from martlet.models.model import Model


class Sequential(Model):
    """A model of a plain stack of layers.

    The model is built as soon as the shape of its input is known: from `input_shape=` of the first
    layer, from an `Input` in front, from `build`, or from the first data.

    Args:
        layers: Layers from first to last; models may stand among them. More can be added later.
        trainable: Whether training changes the weights.
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
    def __init__(
        self,
        layers: Sequence[Layer | Model | SymbolicTensor] | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        for layer in [] if layers is None else _checks.items("Sequential", "layers", layers):
            self.add(layer)
        if self.has_known_inputs:
            self.built_model  # noqa: B018 - built here: errors appear where the model is written

    def _source(self, inputs: object, outputs: object) -> GraphSource:
        """Returns what makes the graph: the stack, empty at first."""
        return Stack()

    @property
    def _stack(self) -> Stack:
        assert isinstance(self.graph_source, Stack)
        return self.graph_source

    def add(self, layer: Layer | Model | SymbolicTensor) -> None:
        """Adds a layer on top of the stack. The layers below keep their weights.

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
            if self._stack.stack or self._stack.input_layer is not None:
                raise ValueError(f"{self.title}: an Input must come before all other layers.")
            self._stack.start(layer)
        else:
            self._push(layer)
        self._built = None

    def pop(self) -> None:
        """Removes the last layer of the stack.

        Raises:
            ValueError: There is none.
        """
        if not self._stack.stack:
            raise ValueError(f"{self.title}: there is no layer to take off.")
        self._stack.pop()
        self._built = None

    def _push(self, layer: Layer | Model) -> None:
        stack = self._stack
        if layer in stack.stack:
            raise ValueError(
                f"{self.title}: the layer {shown(layer)} is in the stack already. Make "
                "another one, or share it in a martlet.Model(inputs, outputs)."
            )
        first = not stack.stack and stack.input_layer is None
        stack.push(layer)
        if isinstance(layer, Layer):
            layer.await_weights(self)
        if not self._trainable:
            layer.trainable = False
        shape = _start_shape(layer) if first else None
        if shape is not None:
            stack.take_shape(self, shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the architecture as plain values that JSON can hold."""
        start = self._stack.input_layer
        first = [] if start is None else [start]
        with _sharing.describing():
            stack = [of_part(part) for part in [*first, *self._stack.stack]]
        return {"name": self.name, "layers": stack}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Sequential:
        """Makes a model from what `get_config` returned; its weights start anew."""
        owner = f"{cls.__name__}.from_config"
        _checks.config(owner, config, "layers")
        with _sharing.making():
            stack = [part(entry) for entry in entries(owner, config)]
        return cls(stack, name=config.get("name"))


def _start_shape(layer: Layer | Model) -> tuple[int, ...] | None:
    if isinstance(layer, Model):
        return layer.built_model.input_shapes[0] if layer.has_known_inputs else None
    return layer.input_shape
