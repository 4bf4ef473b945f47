"""How a model learns: `compile`, and single steps of learning."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.callbacks.history import History
from martlet.data import Dataset, as_array, warn_of_scale
from martlet.layers.weights import GRADIENTS
from martlet.losses import Loss
from martlet.models.compilation import Compilation
from martlet.models.engine import Engine
from martlet.models.network import Network
from martlet.optimizers import Optimizer
from martlet.utils.locks import CONSTRUCTION

Results = Any
"""A float, a list of floats, or a dictionary by name, as the arguments ask for."""


class LearningNetwork(Network):
    """A network with `compile`, and updates one at a time."""

    def __init__(self, name: str | None, base: str) -> None:
        super().__init__(name, base)
        self.stop_training = False
        self.history: History | None = None
        self.epochs_trained = 0
        self._compilation: Compilation | None = None
        self._fits: list[int] = []

    @takes_keras_arguments("Model.compile")
    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: str | Loss | Sequence[str | Loss] | Mapping[str, str | Loss] | None = None,
        loss_weights: Sequence[float] | Mapping[str, float] | None = None,
        metrics: Any = None,
        *,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: str | bool = "auto",
    ) -> None:
        """Says how the model learns. The optimizer's state starts at zero; weights are kept.

        Args:
            optimizer: A name such as "adam", or an Optimizer. One that another model uses is
                copied.
            loss: A name such as "sparse_categorical_crossentropy", or a Loss; for several outputs a
                list, or a dictionary by output name.
            loss_weights: A factor for each loss, likewise. The losses of all outputs are added up.
            metrics: Names such as "accuracy", or Metric objects; for several outputs a list or a
                dictionary of such.
            run_eagerly: Taken for Keras's sake, as are the next two: there is nothing to switch
                here.
            steps_per_execution: See above.
            jit_compile: See above.

        Raises:
            ValueError: An unknown name; the message gives the nearest one.
            TypeError: No loss, or something else than a name or an object of the family.
            RuntimeError: A `fit` of this model is under way, in a callback of which or in another
                thread this is called.
        """
        compilation = Compilation(optimizer, loss, metrics, loss_weights)
        chosen = compilation.optimizer
        with self.turn, CONSTRUCTION:
            # In the child of a fork, what other threads had begun is no longer under way.
            if os.getpid() in self._fits:
                raise RuntimeError(
                    f"{self.title}: fit() is under way, with data prepared for the loss it has. "
                    "Stop it by model.stop_training = True, and compile when it has returned."
                )
            previous = self._compilation
            if chosen.bound and (previous is None or chosen is not previous.optimizer):
                compilation.optimizer = type(chosen).from_config(chosen.get_config())
            if self.has_known_inputs:
                self._apply(compilation, self.engine)
            self._compilation = compilation

    @contextmanager
    def fit_under_way(self) -> Iterator[None]:
        """Keeps `compile` from changing what a fit has begun with."""
        process = os.getpid()
        with self.turn:
            self._fits.append(process)
        try:
            yield
        finally:
            self._fits.remove(process)

    def _apply(self, compilation: Compilation, engine: Engine) -> None:
        engine.core.compile(json.dumps(compilation.to_engine(engine.graph.output_names)))
        compilation.optimizer.bind(engine.core)
        compilation.warn(json.loads(engine.core.describe())["doubts"])

    def _engine_changed(self, engine: Engine) -> None:
        if self._compilation is not None:
            self._apply(self._compilation, engine)

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
    def optimizer(self) -> Optimizer:
        """The optimizer. Its `learning_rate` can be read and assigned at any time."""
        return self.compilation.optimizer

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns."""
        return list(self.compilation.names)

    @property
    def directions(self) -> dict[str, str]:
        """Which way each of these numbers gets better, "up" or "down"; none before `compile`."""
        return {} if self._compilation is None else dict(self._compilation.directions)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Results:
        """Makes one update from one batch, of any size.

        Returns:
            The loss and the metrics of this batch, as `evaluate` returns them.

        Raises:
            RuntimeError: The model is not compiled.
            ValueError: Shapes, lengths, labels or values that do not fit; nothing has changed then.
        """
        return_dict = _checks.flag("train_on_batch", "return_dict", return_dict)
        with self.turn:
            data = self._prepare(x, y, sample_weight, class_weight).for_training()
            engine = self.engine
            self._look_at_first(data)
            engine.pull()
            arrays = (data.inputs, data.targets, data.sample_weight)
            values, *_ = engine.core.train(*arrays, None, len(data), False, 0, 0, 0.0, None)
            engine.push()
            return self._results(self._named(values), return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Results:
        """Measures one batch without training, and returns as `evaluate` does."""
        return_dict = _checks.flag("test_on_batch", "return_dict", return_dict)
        with self.turn:
            data = self._prepare(x, y, sample_weight)
            engine = self.engine
            engine.pull()
            arrays = (data.inputs, data.targets, data.sample_weight)
            values, *_ = engine.core.evaluate(*arrays, None, len(data), 0.0, None)
            return self._results(self._named(values), return_dict)

    def compute_gradients(
        self, x: Any, y: Any, sample_weight: Any = None, training: bool = True
    ) -> dict[str, float]:
        """Runs one batch forward and backward without an update, for a training loop of one's own.

        The gradients are then in `layer.gradients`; `apply_gradients` makes the update.

        Args:
            x: As in `fit`.
            y: As in `fit`.
            sample_weight: How much each sample counts.
            training: Whether dropout and its like act, and moving averages follow the batch.

        Returns:
            The loss and the metrics of this batch by name.
        """
        with self.turn:
            data = self._prepare(x, y, sample_weight)
            engine = self.engine
            self._look_at_first(data)
            engine.pull()
            values = engine.core.gradients(data.inputs, data.targets, data.sample_weight, training)
            engine.push(GRADIENTS)
            return self._named(values)

    def apply_gradients(self) -> None:
        """Makes one update from the gradients that are in the engine's memory."""
        with self.turn:
            self.compilation  # noqa: B018 - raises when the model is not compiled
            self.engine.core.update()
            self.engine.push()

    def _prepare(
        self, x: Any, y: Any, sample_weight: Any, class_weight: Mapping[int, float] | None = None
    ) -> Dataset:
        compilation = self.compilation
        engine = self._engine or self._built_for(x)
        return Dataset.prepare(x, y, engine, compilation.losses, sample_weight, class_weight)

    def _look_at_first(self, data: Dataset) -> None:
        """Warns of pixels on a wrong scale: in the first batch, because single steps are short."""
        warn_of_scale(data.inputs, self.engine)
        self.engine.watches_scale = False

    def _built_for(self, x: Any) -> Engine:
        with CONSTRUCTION:
            return self._constructed_for(x)

    def _constructed_for(self, x: Any) -> Engine:
        if not self.has_known_inputs:
            shape = tuple(as_array(x, "x").shape[1:]) or (1,) if not self.traces else _shapes_of(x)
            self._set_input_shape(shape)
            try:
                return self.engine
            except Exception:
                self._set_input_shape(None)
                raise
        return self.engine

    def _named(self, values: Sequence[float]) -> dict[str, float]:
        return dict(zip(self.compilation.names, values, strict=True))

    def _results(self, logs: dict[str, float], return_dict: bool) -> Results:
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values


def _shapes_of(x: Any) -> Any:
    """The shape of a sample; of each, for a list or a dictionary of arrays."""
    if isinstance(x, Mapping):
        return {str(key): _shapes_of(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)) and len(x) and all(hasattr(item, "shape") for item in x):
        return [_shapes_of(item) for item in x]
    return tuple(as_array(x, "x").shape[1:]) or (1,)
