"""Pruning of Optuna's trials that do not look promising."""

from __future__ import annotations

from typing import Any

from martlet import _checks
from martlet._messages import shown
from martlet.callbacks.callback import Logs
from martlet.callbacks.monitor_callback import MonitorCallback


class OptunaPruningCallback(MonitorCallback):
    """Prunes an Optuna trial that does not look promising, in the way of `KerasPruningCallback`.

    Reports the metric to the trial after every `interval` epochs, and ends training by raising
    `optuna.TrialPruned` when the study's pruner says so. Whether lower or higher is better is what
    the study was created with. The model stays usable.

    Args:
        trial: The trial that Optuna gave to the objective.
        monitor: The metric's name, such as "val_accuracy". A warning tells of one that is missing
            in the logs; nothing is reported then.
        interval: Every how many epochs to report.

    Raises:
        TypeError: `trial` is no trial.
        ValueError: The study has several objectives, which Optuna does not prune.
        optuna.TrialPruned: In `fit`, after an epoch: the trial is pruned.

    Example:
        >>> def objective(trial):
        ...     model = build(trial.suggest_int("units", 16, 256))
        ...     callback = martlet.callbacks.OptunaPruningCallback(trial, "val_accuracy")
        ...     history = model.fit(x, y, epochs=10, validation_split=0.1, callbacks=callback)
        ...     return history.history["val_accuracy"][-1]
    """

    def __init__(self, trial: Any, monitor: str, interval: int = 1) -> None:
        owner = "OptunaPruningCallback"
        methods = (getattr(trial, "report", None), getattr(trial, "should_prune", None))
        if isinstance(trial, type) or not all(callable(method) for method in methods):
            raise TypeError(
                f"{owner}: expected trial to be the optuna.Trial that the objective receives, "
                f"received {shown(trial)}."
            )
        directions = getattr(getattr(trial, "study", None), "directions", ())
        if len(directions) > 1:
            raise ValueError(
                f"{owner}: expected a trial of a study with one objective, received one with "
                f"{len(directions)}; Optuna does not prune those. Leave the callback out."
            )
        # The study has the direction, so no comparison is made here.
        super().__init__(monitor, "min")
        self.trial = trial
        self.interval = _checks.integer(owner, "interval", interval)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Reports the metric, and raises if the trial is to be pruned."""
        if (epoch + 1) % self.interval:
            return
        value = self.read(logs)
        if value is None:
            return
        self.trial.report(value, step=epoch)
        if self.trial.should_prune():
            import optuna

            raise optuna.TrialPruned(
                f'Pruned at epoch {epoch + 1}, where "{self.monitor}" is {value:g}.'
            )
