"""Runs on one batch, for custom training loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet import _checks
from martlet.data import prepare_inputs
from martlet.models.network import Network
from martlet.models.prepared import Results, look_at_first, prepared, results


class RunsBatches(Network):
    """A network that can be trained, evaluated and asked batch by batch."""

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Results:
        """Runs one update on one batch, of any size.

        Returns:
            The loss and the metrics of this batch, as `evaluate` returns them.

        Raises:
            RuntimeError: The model is not compiled.
            ValueError: Shapes, lengths, labels or values that do not fit; nothing has changed then.
        """
        return_dict = _checks.flag("train_on_batch", "return_dict", return_dict)
        with self.turn:
            data = prepared(self, x, y, sample_weight, class_weight).for_training()
            look_at_first(self, data)
            return results(self.built_model.train(data, len(data)), return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Results:
        """Returns the loss and the metrics of one batch, without training."""
        return_dict = _checks.flag("test_on_batch", "return_dict", return_dict)
        with self.turn:
            data = prepared(self, x, y, sample_weight)
            return results(self.built_model.evaluate(data, len(data)), return_dict)

    def compute_gradients(
        self, x: Any, y: Any, sample_weight: Any = None, training: bool = True
    ) -> dict[str, float]:
        """Computes the loss and the gradients of one batch, without an update.

        The gradients are then in `layer.gradients`; `apply_gradients` makes the update.

        Args:
            x: As in `fit`.
            y: As in `fit`.
            sample_weight: How much each sample counts, or each of its time steps, of shape
                (n, timesteps); for several outputs also a list or dictionary of such.
            training: Whether dropout and its like act, and moving averages follow the batch.

        Returns:
            The loss and the metrics of this batch by name.
        """
        with self.turn:
            data = prepared(self, x, y, sample_weight)
            look_at_first(self, data)
            return self.built_model.compute_gradients(data, training)

    def apply_gradients(self) -> None:
        """Applies the gradients in the engine's memory: one update by the optimizer."""
        with self.turn:
            self.compilation  # noqa: B018 - raises when the model is not compiled
            self.built_model.apply_gradients()

    def predict_on_batch(self, x: Any) -> Any:
        """Generates predictions for one batch."""
        built = self.built_for(x)
        inputs = prepare_inputs(x, built)
        with self.turn:
            outputs = built.predict(inputs, len(inputs[0]))
        return self.graph_source.packed(outputs)
