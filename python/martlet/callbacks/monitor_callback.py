"""Base class of callbacks that monitor a metric."""

from __future__ import annotations

import math

import numpy as np

from martlet import _checks
from martlet._messages import hint
from martlet.callbacks.callback import Callback, Logs, logged
from martlet.utils import console


class MonitorCallback(Callback):
    """Monitors a metric: its name, the direction of improvement, and the best value so far.

    Args:
        monitor: The number's name, such as "val_loss".
        mode: "min", "max", or "auto": the loss or metric object of that name in the compiled model
            says whether it should fall or rise, whatever it is called.
        min_delta: How much better counts as better.
        best: What is to be beaten from the start, or None: then the first value is the best so far.
            NaN is never better than anything, not even as the first value (in Keras it is, and then
            nothing beats it).
    """

    def __init__(
        self, monitor: str, mode: str, min_delta: float = 0.0, best: float | None = None
    ) -> None:
        owner = type(self).__name__
        self.monitor = _checks.text(owner, "monitor", monitor)
        self.mode: str = _checks.choice(owner, "mode", mode, ("auto", "min", "max"))
        self.min_delta = abs(_checks.number(owner, "min_delta", min_delta))
        self.best = best if best is None else _checks.number(owner, "the value to beat", best)
        self._warned = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Checks that the metric's direction is known, before time is spent on training.

        Raises:
            ValueError: `mode` is "auto", and the model has no such loss or metric.
        """
        self._warned = False
        self.rises  # noqa: B018 - raises when the direction is not known

    @property
    def rises(self) -> bool:
        """Whether a higher value of the metric is better.

        Raises:
            ValueError: `mode` is "auto", and the model has no such loss or metric.
        """
        if self.mode != "auto":
            return self.mode == "max"
        directions: dict[str, str] = {"loss": "down", **getattr(self.model, "directions", {})}
        name = self.monitor if self.monitor in directions else self.monitor.removeprefix("val_")
        if name not in directions:
            known = [*directions, *(f"val_{name}" for name in directions)]
            raise ValueError(
                f"{type(self).__name__}: expected monitor to be the loss or a metric of the model, "
                f'received "{self.monitor}".{hint(self.monitor, known)} For a number that another '
                'callback puts into the logs, say which way it gets better: mode="min" or '
                'mode="max".'
            )
        return directions[name] == "up"

    def read(self, logs: Logs | None) -> float | None:
        """Returns the metric, or None when it is not measured, with one warning for each `fit`."""
        value = (logs or {}).get(self.monitor)
        if value is None and not self._warned:
            self._warned = True
            known = list(logs or {})
            remedy = " Pass validation_data or validation_split to fit."
            console.warn(
                f'{type(self).__name__}: "{self.monitor}" is not among the numbers of this epoch '
                f"({', '.join(known)}), so the callback has nothing to act "
                f"on.{hint(self.monitor, known)}{remedy if self.monitor[:4] == 'val_' else ''}",
            )
        return None if value is None else logged(self.monitor, value)

    def is_better(self, value: float, than: float | None) -> bool:
        """Whether `value` is better than `than` by more than `min_delta`, as float32."""
        if than is None:
            return not math.isnan(value)
        if self.rises:
            return single(value - self.min_delta) > single(than)
        return single(value + self.min_delta) < single(than)


def single(value: float) -> float:
    """Rounds to float32, in which 0.83 and 0.1 make 0.93."""
    with np.errstate(over="ignore"):
        return float(np.float32(value))
