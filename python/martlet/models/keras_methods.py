"""Small methods of Keras's models, by which programs ask for what is known already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet import _checks
from martlet.metrics import Metric
from martlet.models.compile import Compiles
from martlet.models.weights import HasWeights


class HasKerasMethods(Compiles, HasWeights):
    """A compiled network that answers to further names of Keras's."""

    @property
    def metrics(self) -> list[Metric]:
        """The metric objects of all outputs, as `compile` was given them; none before it."""
        if self._compilation is None:
            return []
        groups = self.objectives.metrics
        return list(dict.fromkeys(metric for group in groups for metric in group))

    def reset_metrics(self) -> None:
        """Resets the metrics. There is nothing to do: each run counts anew by itself."""

    def get_compile_config(self) -> dict[str, Any] | None:
        """Returns the arguments of `compile` as plain values that JSON can hold; None before it."""
        return None if self._compilation is None else self._compilation.get_config()

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compiles the model with what `get_compile_config` returned.

        Raises:
            ValueError: The dictionary lacks an optimizer or a loss, or has something that `compile`
                refuses.
        """
        self.compile(**_checks.config("compile_from_config", config, "optimizer", "loss"))
