"""Watching one number for getting better."""

from __future__ import annotations

import math
import warnings

from martlet import _checks
from martlet._messages import hint
from martlet.callbacks.callback import Logs


class Monitor:
    """Knows the name of a number, and which way it gets better.

    Args:
        owner: The callback's class name, for messages.
        name: Such as "val_loss".
        mode: "min", "max", or "auto": accuracies should rise, all else should fall.
        min_delta: How much better counts as better.
    """

    def __init__(self, owner: str, name: str, mode: str = "auto", min_delta: float = 0.0) -> None:
        _checks.choice(owner, "mode", mode, ("auto", "min", "max"))
        self.owner = owner
        self.name = name
        self.rises = mode == "max" or (mode == "auto" and "acc" in name)
        self.min_delta = abs(_checks.number(owner, "min_delta", min_delta))
        self.worst = -math.inf if self.rises else math.inf
        self._warned = False

    def read(self, logs: Logs | None) -> float | None:
        """Returns the number, or None with one warning when it is not measured."""
        value = (logs or {}).get(self.name)
        if value is None and not self._warned:
            self._warned = True
            known = list(logs or {})
            warnings.warn(
                f'{self.owner}: "{self.name}" is not among the numbers of this epoch '
                f"({', '.join(known)}), so the callback has nothing to act "
                f"on.{hint(self.name, known)}"
                + (
                    " Pass validation_data or validation_split to fit."
                    if self.name[:4] == "val_"
                    else ""
                ),
                stacklevel=2,
            )
        return value

    def is_better(self, value: float, than: float) -> bool:
        """Whether `value` is better than `than` by more than `min_delta`."""
        if self.rises:
            return value > than + self.min_delta
        return value < than - self.min_delta
