"""Built model: a network inside the engine, its runs, and the ties of its memory to the layers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from martlet import _core
from martlet.data import Dataset
from martlet.data.arrays import Array as Samples
from martlet.graph import Graph
from martlet.layers.layer import Layer
from martlet.layers.memory import PARAMETERS, Array, Weights
from martlet.models.compilation import Compilation, Objectives
from martlet.utils import console

Logs = dict[str, Any]
Progress = Callable[[int, int, int, tuple[float, ...], bool], object]


class BuiltModel:
    """A graph that the engine has built. It alone calls the engine for runs.

    The first model that builds a layer makes its weights. A later model that uses the same layer
    uses these too: there is one set of them, which either model trains, as in Keras. Gradients and
    what the optimizer remembers are each model's own.

    Args:
        graph: What to build.
        name: The model's name.
        seed: What the weights start from.
        owner: The model object, which the layers without weights then belong to.

    Attributes:
        objectives: What `compile` was given, for the outputs of this graph; None before.
        watches_scale: Whether what the model learns from is still to be looked at for pixels on a
            wrong scale.

    Raises:
        ValueError: Shapes do not fit together; the message names the layer.
    """

    def __init__(self, graph: Graph, name: str, seed: int, owner: object) -> None:
        architecture = json.dumps(graph.architecture(name))
        self._core = _core.Model(architecture, seed, _shared(graph, architecture, owner))
        self.description = self.describe()
        graph.set_shapes(self.description)
        self.graph = graph
        self.objectives: Objectives | None = None
        self._warn_of_lost_masks()
        self.watches_scale = True
        self.input_shapes = [tuple(shape) for shape in self.description["inputs"]]
        self.output_shapes = [tuple(shape) for shape in self.description["outputs"]]
        self._mark = object()
        self._weights: dict[Layer, Weights] = {}
        for holder, index in zip(self.holders, graph.holders.values(), strict=True):
            weights = Weights(self._core, index, self.description["layers"][index])
            self._weights[holder] = weights
            self._attach(holder, weights, owner)
        for index, layer in enumerate(graph.layers):
            if layer.holder.wrapped:
                self._tell(index, layer.holder)

    # Settings.

    def compile(self, compilation: Compilation) -> None:
        """Takes the losses, the metrics and the optimizer, and warns of what is not certain.

        Raises:
            ValueError: They are for other outputs than the model has.
        """
        objectives = compilation.objectives(self.graph.output_names)
        self._core.compile(json.dumps(compilation.to_engine(objectives)))
        described = self.describe()
        self.objectives = objectives.shaped(described["metric_shapes"])
        compilation.optimizer.bind(self._core)
        compilation.warn(described["doubts"])

    def set_trainable(self, layer: Layer) -> None:
        """Freezes or unfreezes all uses of the weights that a layer has, or has a part of."""
        for index, used in enumerate(self.graph.layers):
            holder = used.holder
            if layer is holder or layer in holder.wrapped:
                self._tell(index, holder)

    def _tell(self, index: int, holder: Layer) -> None:
        weights = self._weights[holder]
        parts = weights.shapes if holder.wrapped else ()
        told: tuple[bool, frozenset[str]] | None = None
        # Whichever of several assigning threads ends last leaves what was assigned last.
        while told != (now := (holder.trainable, holder.frozen_parameters(weights))):
            told = now
            self._core.set_trainable(index, now[0])
            for place, name in enumerate(parts):
                self._core.set_trainable(index, name not in now[1], place)

    # Runs.

    def train(
        self,
        data: Dataset,
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        epoch: int = 0,
        interval: float = 0.0,
        progress: Progress | None = None,
    ) -> Logs:
        """Makes an update from each batch of the data, once.

        Args:
            data: What to learn from.
            batch_size: Samples in an update.
            shuffle: Whether to visit the samples in an order drawn from `seed` and `epoch`.
            seed: See above.
            epoch: See above.
            interval: Least seconds between two calls of `progress`; 0 for one after each batch.
            progress: Called with batch, batches, samples, values and whether a display should
                change; true ends the run.

        Returns:
            The loss and the metrics by name.
        """
        values, *_ = self._core.train(
            data.inputs,
            data.targets,
            data.sample_weight,
            data.rows,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            epoch=epoch,
            interval=interval,
            progress=progress,
        )
        return self._named(values)

    def evaluate(
        self,
        data: Dataset,
        batch_size: int,
        interval: float = 0.0,
        progress: Progress | None = None,
    ) -> Logs:
        """Returns the loss and the metrics over the data by name."""
        values, *_ = self._core.evaluate(
            data.inputs,
            data.targets,
            data.sample_weight,
            data.rows,
            batch_size=batch_size,
            interval=interval,
            progress=progress,
        )
        return self._named(values)

    def predict(
        self,
        inputs: Sequence[Samples],
        batch_size: int,
        interval: float = 0.0,
        progress: Progress | None = None,
    ) -> list[Array]:
        """Returns one array of rows for each output."""
        return self._core.predict(
            inputs, None, batch_size=batch_size, interval=interval, progress=progress
        )

    def compute_gradients(self, data: Dataset, training: bool) -> Logs:
        """Leaves the gradients of one batch in memory, and returns the loss and the metrics."""
        values = self._core.gradients(
            data.inputs, data.targets, data.sample_weight, training=training
        )
        for holder, weights in self._weights.items():
            holder.show_gradients(self._mark, weights)
        return self._named(values)

    def apply_gradients(self) -> None:
        """Makes one update from the gradients that are in the engine's memory."""
        self._core.update()

    def _named(self, values: Sequence[float]) -> Logs:
        assert self.objectives is not None
        return self.objectives.named(values)

    # Reports, the first as plain values, the others as the engine's JSON.

    def describe(self) -> dict[str, Any]:
        """Returns what the engine knows of the network now: layers, shapes, memory, doubts."""
        described: dict[str, Any] = json.loads(self._core.describe())
        return described

    def plan(self, batch_size: int, training: bool) -> str:
        """Returns how a batch is run."""
        return self._core.plan(batch_size, training)

    def profile(self, data: Dataset, batch_size: int) -> str:
        """Returns where the time of a batch goes, of training if there are targets."""
        return self._core.profile(
            data.inputs, data.targets or None, data.sample_weight, batch_size=batch_size
        )

    # Memory.

    @property
    def holders(self) -> list[Layer]:
        """The layers that have weights of their own, in the order of the engine."""
        return [holder for holder in self.graph.holders if isinstance(holder, Layer)]

    @property
    def parameter_count(self) -> int:
        """How many floats the buffers of gradients and of the optimizer's slots hold."""
        count: int = self.description["parameter_storage"]
        return count

    def buffer(self, which: int = PARAMETERS, writable: bool = False) -> Array:
        """Returns the flat buffer of all parameters, their gradients or a slot, without a copy."""
        return self._core.view(which, 0, (self.parameter_count,), writable)

    def save_weights(self, path: str | bytes, overwrite: bool, allow_nonfinite: bool) -> None:
        """Writes all parameters to a file."""
        self._core.save_weights(path, overwrite=overwrite, allow_nonfinite=allow_nonfinite)

    def load_weights(self, path: str | bytes, allow_nonfinite: bool) -> None:
        """Reads all parameters from a file."""
        self._core.load_weights(path, allow_nonfinite=allow_nonfinite)

    def restart_if_diverged(self) -> None:
        """Starts the optimizer anew if the weights or its state are not finite."""
        self._core.restart_if_diverged()

    def _warn_of_lost_masks(self) -> None:
        for node, entry in zip(self.graph.nodes, self.description["nodes"], strict=True):
            if entry["drops_mask"]:
                console.warn(
                    f"{node.layer.title} is given a mask and cannot hand it on: it and the layers "
                    "after it see padding as if it were data.",
                )

    def _attach(self, layer: Layer, weights: Weights, owner: object) -> None:
        if not (layer.built and _belongs_to_another(layer, owner)):
            layer.bind(weights, owner)
        layer.used_by(self)


def _belongs_to_another(layer: Layer, owner: object) -> bool:
    holder = layer.owner()
    return holder is not None and holder is not owner


def _shared(
    graph: Graph, architecture: str, owner: object
) -> tuple[tuple[int, _core.Model, int, int], ...]:
    """The layers that have weights already, as `_core.Model` wants them.

    A layer whose model is gone, or is being built again, may get weights of another shape instead.
    """
    holders = {item: index for item, index in graph.holders.items() if isinstance(item, Layer)}
    built = {holder: index for holder, index in holders.items() if holder.built}
    if any(not _belongs_to_another(layer, owner) for layer in built):
        entries = json.loads(_core.describe(architecture))["layers"]
        built = {
            layer: index
            for layer, index in built.items()
            if _belongs_to_another(layer, owner)
            or Weights.shapes_in(entries[index]) == layer.built_weights.shapes
        }
    return tuple((index, *layer.built_weights.source) for layer, index in built.items())
