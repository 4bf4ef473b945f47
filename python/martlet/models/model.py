"""Any graph of layers, from its inputs to its outputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from martlet import _checks
from martlet.graph import Graph, SymbolicTensor
from martlet.layers.layer import Layer
from martlet.models import configuration, persistence, summary
from martlet.models.plan import Plan
from martlet.models.training import TrainableNetwork

Tensors = SymbolicTensor | Sequence[SymbolicTensor]


class Model(TrainableNetwork):
    """A network from given inputs to given outputs.

    A layer that another model uses already is shared: both have the same weights.

    Args:
        inputs: What `martlet.Input` returned, or a list of such.
        outputs: What the last layer returned, or a list of such.
        name: A label.

    Raises:
        ValueError: Inputs and outputs are not connected, or shapes do not fit; the message names
            the layer.
        TypeError: Something else than symbolic tensors.

    Example:
        >>> inputs = martlet.Input(shape=(784,))
        >>> outputs = layers.Dense(10, activation="softmax")(inputs)
        >>> model = martlet.Model(inputs, outputs)
        >>> model.output_shape
        (None, 10)
    """

    def __init__(self, inputs: Tensors, outputs: Tensors, name: str | None = None) -> None:
        super().__init__(name or "functional")
        self._fixed_graph = Graph(_tensors("inputs", inputs), _tensors("outputs", outputs))
        self.engine  # noqa: B018 - built here, so that errors appear where the model is written

    def _graph(self) -> Graph | None:
        return self._fixed_graph

    def _all_layers(self) -> list[Layer]:
        return self._fixed_graph.layers

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Uses the model as a layer on symbolic tensors, or predicts for arrays.

        Args:
            inputs: A symbolic tensor (a list of several) or an array.
            training: Must be False for arrays: outputs are those of `predict`.

        Returns:
            Symbolic tensors that share this model's weights, or arrays.

        Raises:
            ValueError: `training` is True for arrays.
        """
        if _is_symbolic(inputs):
            outputs = self._apply_symbolically(_tensors("inputs", inputs))
            return outputs[0] if len(outputs) == 1 else outputs
        if training:
            raise ValueError(
                f"{self.title}: calling a model on arrays gives what predict() gives. For training "
                "use fit, train_on_batch, or compute_gradients."
            )
        return self.predict(inputs, verbose=0)

    def _apply_symbolically(self, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
        graph = self.engine.graph
        if len(inputs) != len(graph.inputs):
            raise ValueError(
                f"{self.title}: expected {len(graph.inputs)} inputs, received {len(inputs)}."
            )
        made = dict(zip(graph.inputs, inputs, strict=True))
        for node in graph.nodes:
            if node.inputs:
                given = [made[tensor] for tensor in node.inputs]
                result = node.layer(given if len(given) > 1 else given[0])
                results = [result] if isinstance(result, SymbolicTensor) else result
                made.update(zip(node.outputs, results, strict=True))
        return [made[tensor] for tensor in graph.outputs]

    def summary(self, print_fn: Callable[[str], object] = print) -> None:
        """Prints the layers with their output shapes and numbers of parameters.

        Args:
            print_fn: What takes the text, line by line.
        """
        for line in summary.text(self).splitlines():
            print_fn(line)

    def plan(self, batch_size: int = 32, training: bool = True) -> Plan:
        """Returns how the engine runs a batch: steps, what they cost, and where their memory lies.

        Args:
            batch_size: Samples in the batch.
            training: Whether the steps of a backward pass are in it.

        Returns:
            A table that prints itself, in a notebook too; its `steps` are plain values.

        Example:
            >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
            >>> model.plan(batch_size=64, training=False).flops
            1003520
        """
        size = _checks.integer("plan", "batch_size", batch_size)
        return Plan(self.engine.core.plan(size, bool(training)), size)

    def save_weights(self, path: str | os.PathLike[str]) -> None:
        """Saves all parameters in the safetensors format, as "layer/parameter".

        The file appears whole or not at all: it is written beside its place and then renamed.

        Args:
            path: Where to, ending in ".safetensors".

        Raises:
            ImportError: The `safetensors` package is not installed.
            OSError: The file cannot be written.
        """
        persistence.save_weights(self, path)

    def load_weights(self, path: str | os.PathLike[str]) -> None:
        """Reads all parameters from a file that `save_weights` wrote.

        Args:
            path: Where from.

        Raises:
            ImportError: The `safetensors` package is not installed.
            FileNotFoundError: No such file.
            ValueError: The file is damaged, or is of another network; the model is unchanged then.
        """
        persistence.load_weights(self, path)

    def get_config(self) -> dict[str, Any]:
        """Returns the architecture as plain values that JSON can hold."""
        return configuration.of_graph(self.engine.graph, self.name)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Model:
        """Makes a model from what `get_config` returned; its weights start anew."""
        inputs, outputs = configuration.tensors(config)
        return cls(inputs, outputs, name=config["name"])

    def __reduce__(self) -> tuple[Any, ...]:
        return persistence.restored, (type(self), persistence.state(self))

    def __repr__(self) -> str:
        built = f"{self.count_params():,} parameters" if self.built else "not built"
        return f'<{type(self).__name__} "{self.name}": {len(self.layers)} layers, {built}>'

    def _repr_html_(self) -> str:
        return summary.html(self)


def _is_symbolic(inputs: Any) -> bool:
    first = inputs[0] if isinstance(inputs, (list, tuple)) and inputs else inputs
    return isinstance(first, SymbolicTensor)


def _tensors(argument: str, value: Tensors) -> list[SymbolicTensor]:
    tensors: list[Any] = list(value) if isinstance(value, (list, tuple)) else [value]
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise TypeError(
                f"Model: expected {argument} to be symbolic tensors, as martlet.Input gives; "
                f"received {type(tensor).__name__}. For a list of layers use martlet.Sequential."
            )
    if not tensors:
        raise ValueError(f"Model: expected at least one tensor in {argument}, received none.")
    return tensors
