"""Base class of all metrics."""

from __future__ import annotations

import copy
from typing import Any, ClassVar, Literal

import numpy as np

from martlet import _checks
from martlet._config import Labelled
from martlet.metrics.measuring import Array, as_pair, measure


class Metric(Labelled):
    """Base class of all metrics.

    A number that the engine measures over all samples of an epoch. Outside of a model, a metric
    remembers the arrays that `update_state` is given, and `result` measures all of them.

    Args:
        name: The key in `History.history`; the default is the class's name in snake case.

    Example:
        >>> martlet.metrics.Recall()([0, 1, 1], [0.2, 0.9, 0.1])
        0.5
    """

    family = "metrics"

    is_weighted = False
    """Whether samples count by their weights: one of `weighted_metrics`."""

    direction: ClassVar[Literal["up", "down"]]
    """Which way the number gets better."""

    is_count: ClassVar[bool] = False
    """Whether it is made of whole numbers."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float | Array:
        """Adds predictions to the state, and returns the result of all."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds predictions to the state.

        Args:
            y_true: Targets: integer labels, one-hot rows, or numbers.
            y_pred: Predictions: probabilities, or numbers.
            sample_weight: How much each sample counts.

        Raises:
            ValueError: Shapes do not fit; nothing is broadcast.
            TypeError: No numbers.
        """
        targets, outputs = as_pair(y_true, y_pred)
        weights = None
        if sample_weight is not None:
            weights = _checks.finite_floats("sample_weight", np.asarray(sample_weight))
            if weights.shape != (len(outputs),):
                raise ValueError(
                    f"sample_weight: expected one weight for each of the {len(outputs)} samples, "
                    f"received shape {weights.shape}."
                )
        seen = self._state()
        if seen and (seen[0][0].shape[1:], seen[0][1].shape[1:]) != (
            targets.shape[1:],
            outputs.shape[1:],
        ):
            raise ValueError(
                f"{type(self).__name__}: expected predictions of the shape of those before, "
                f"{seen[0][1].shape[1:]} a sample, received {outputs.shape[1:]}. Call "
                "reset_state()."
            )
        seen.append((targets, outputs, weights))

    def result(self) -> float | Array:
        """Returns what the metric is of all that was added; 0 of nothing."""
        seen = self._state()
        if not seen:
            return 0.0
        targets, outputs = (np.concatenate([part[index] for part in seen]) for index in (0, 1))
        weights = None
        if any(part[2] is not None for part in seen):
            weights = np.concatenate(
                [np.ones(len(o), np.float32) if w is None else w for _, o, w in seen]
            )
        found = measure(self.to_engine(), targets, outputs, weights)
        is_whole = self.is_count and weights is None and isinstance(found, np.ndarray)
        return found.astype(np.int64) if is_whole else found  # type: ignore[union-attr]

    def reset_state(self) -> None:
        """Forgets what was added."""
        self._state().clear()

    def weighted(self, name: str) -> Metric:
        """Returns the same metric under a name, where samples count by their weights."""
        other = copy.copy(self)
        other.is_weighted = True
        other.name = name
        return other

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads."""
        return {**super().to_engine(), "weighted": self.is_weighted}

    def _state(self) -> list[tuple[Array, Array, Array | None]]:
        seen: list[tuple[Array, Array, Array | None]] = self.__dict__.setdefault("_seen", [])
        return seen
