"""`compile`: losses, metrics and optimizer of a model."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from martlet._keras import takes_keras_arguments
from martlet.losses import Loss
from martlet.models.compilation import Compilation
from martlet.models.network import Network
from martlet.optimizers import Optimizer
from martlet.utils.locks import CONSTRUCTION


class Compiles(Network):
    """A network with `compile`."""

    @takes_keras_arguments("Model.compile")
    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: str | Loss | Sequence[str | Loss] | Mapping[str, str | Loss] | None = None,
        loss_weights: Sequence[float] | Mapping[str, float] | None = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: str | bool = "auto",
    ) -> None:
        """Configures the model for training.

        Says how the model learns. The optimizer's state starts at zero; weights are kept.

        Args:
            optimizer: A name such as "adam", or an Optimizer. One that another model uses is
                copied.
            loss: A name such as "sparse_categorical_crossentropy", or a Loss; for several outputs a
                list, or a dictionary by output name. Without one the model can be evaluated and
                asked, and not trained.
            loss_weights: A factor for each loss, likewise. The losses of all outputs are added up.
            metrics: Names such as "accuracy", or Metric objects; for several outputs a list or a
                dictionary of such. They count every sample alike.
            weighted_metrics: The same, for metrics that count samples by their weights.
            run_eagerly: Taken for Keras's sake, as are the next two: there is nothing to switch
                here.
            steps_per_execution: See above.
            jit_compile: See above.

        Raises:
            ValueError: An unknown name; the message gives the nearest one.
            TypeError: Something else than a name or an object of the family.
            RuntimeError: A `fit` of this model is under way, in a callback of which or in another
                thread this is called.
        """
        compilation = Compilation(optimizer, loss, metrics, loss_weights, weighted_metrics)
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
                self.built_model.compile(compilation)
            self._compilation = compilation

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer. Its `learning_rate` can be read and assigned at any time."""
        return self.compilation.optimizer

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns."""
        return list(self.objectives.names)

    @property
    def directions(self) -> dict[str, str]:
        """Which way each of these numbers gets better, "up" or "down"; none before `compile`."""
        return {} if self._compilation is None else dict(self.objectives.directions)
