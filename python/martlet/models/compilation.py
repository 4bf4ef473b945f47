"""How a model learns: what `compile` was given, resolved and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from martlet import _checks, losses, metrics, optimizers
from martlet.losses import Loss
from martlet.metrics import Metric
from martlet.optimizers import Optimizer


class Compilation:
    """An optimizer, a loss for each output, and metrics.

    Args:
        optimizer: A name or an Optimizer.
        loss: A name or a Loss; a list with one for each output.
        metrics_wanted: Names or Metric objects.
        loss_weights: A factor for each loss, or None.

    Raises:
        ValueError: An unknown name (the message gives the nearest), or two metrics of one name.
        TypeError: Something else than a name or an object of the family, or no loss.
    """

    def __init__(
        self,
        optimizer: str | Optimizer,
        loss: Any,
        metrics_wanted: Any,
        loss_weights: Sequence[float] | None,
    ) -> None:
        if loss is None:
            raise TypeError(
                'compile: expected a loss, such as loss="sparse_categorical_crossentropy".'
            )
        self.optimizer = optimizers.get(optimizer)
        self.losses: list[Loss] = [losses.get(item) for item in _listed(loss)]
        self.metrics: list[Metric] = [metrics.get(item) for item in _listed(metrics_wanted)]
        self.names = ["loss", *(metric.name for metric in self.metrics)]
        if len(set(self.names)) < len(self.names):
            raise ValueError(
                f"compile: expected metrics of different names, received {self.names[1:]}. Give a "
                "metric object another name=."
            )
        self.loss_weights = [
            _checks.number("compile", "each of loss_weights", weight)
            for weight in (loss_weights or [1.0] * len(self.losses))
        ]

    def to_engine(self, output_count: int) -> dict[str, Any]:
        """Returns the description that the engine reads.

        Raises:
            ValueError: Another number of losses or weights than the model has outputs.
        """
        if len(self.losses) == 1 < output_count:
            self.losses *= output_count
            self.loss_weights *= output_count if len(self.loss_weights) == 1 else 1
        if not len(self.losses) == len(self.loss_weights) == output_count:
            raise ValueError(
                f"compile: the model has {output_count} outputs; expected one loss and one weight "
                f"for each, received {len(self.losses)} and {len(self.loss_weights)}."
            )
        return {
            "losses": [loss.to_engine() for loss in self.losses],
            "loss_weights": self.loss_weights,
            "metrics": [metric.engine_name for metric in self.metrics],
            "optimizer": self.optimizer.to_engine(),
        }

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of `compile` as plain values."""
        return {
            "optimizer": {
                "class": type(self.optimizer).__name__,
                "config": self.optimizer.get_config(),
            },
            "loss": [
                {"class": type(loss).__name__, "config": loss.get_config()} for loss in self.losses
            ],
            "metrics": [
                {"class": type(metric).__name__, "config": metric.get_config()}
                for metric in self.metrics
            ],
            "loss_weights": self.loss_weights,
        }


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
