"""Saves weights during training."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from martlet import _checks
from martlet._messages import shown
from martlet.callbacks.callback import Logs
from martlet.callbacks.monitor_callback import MonitorCallback
from martlet.utils import console


class ModelCheckpoint(MonitorCallback):
    """Saves the weights after every epoch, or after every epoch that is the best so far.

    Weights that are NaN or infinite are not saved: the last good file stays, and a warning says so.
    (Keras writes them over it.)

    Args:
        filepath: Where to, ending in ".safetensors". It may hold "{epoch:02d}" and names such as
            "{val_loss:.2f}".
        monitor: The number that says which epoch is best.
        verbose: 1 to print each save.
        save_best_only: Whether to save only epochs that are the best so far. An epoch in which the
            number is not measured is not saved (Keras saves it, over the best one).
        save_weights_only: Must be True: what is saved is weights.
        mode: "min", "max", or "auto": as the loss or metric of that name wants it.
        save_freq: "epoch", or after how many batches to save, counted across epochs; `filepath` may
            then hold "{batch}" too, and the numbers are the means so far in the epoch.
        initial_value_threshold: What the number must beat before the first save, or None.

    Example:
        >>> callback = martlet.callbacks.ModelCheckpoint("best.safetensors", save_best_only=True)
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = True,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        owner = "ModelCheckpoint"
        if not _checks.flag(owner, "save_weights_only", save_weights_only):
            raise ValueError(
                "ModelCheckpoint: expected save_weights_only=True. A checkpoint holds weights; to "
                "use it, build the model by the same code and call load_weights."
            )
        self.filepath = _checks.weights_path(filepath)
        super().__init__(monitor, mode, best=initial_value_threshold)
        self.verbose = _checks.verbosity(type(self).__name__, verbose)
        self.save_best_only = _checks.flag(owner, "save_best_only", save_best_only)
        self.save_freq = save_freq
        self._every = _frequency(save_freq)
        if self._every:
            # Only now: a hook of batches that is overridden costs a call for each.
            self.on_train_batch_end = self._count_batch  # type: ignore[method-assign]
        self._batches = 0
        self._epoch = 0
        self._warned_of_divergence = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Checks that the metric's direction is known, and that the file has a place.

        The best so far is kept from before.

        Raises:
            FileNotFoundError: There is no such folder.
            ValueError: `filepath` cannot be filled in.
        """
        self._warned_of_divergence = False
        self._batches = 0
        if self.save_best_only:
            super().on_train_begin(logs)
        folder = os.path.dirname(os.path.abspath(self._filled(0, _Anything())))
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"ModelCheckpoint: there is no folder {folder}. Make it first.")

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Notes the epoch, for the batches."""
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Saves the weights if the epoch is the best so far, or if all are saved."""
        if not self._every:
            self._consider(epoch, logs or {}, {})

    def _count_batch(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += 1
        if self._batches % self._every == 0:
            self._consider(self._epoch, logs or {}, {"batch": batch + 1})

    def _consider(self, epoch: int, logs: Logs, place: Mapping[str, float]) -> None:
        value = None
        if self.save_best_only:
            value = self.read(logs)
            if value is None or not self.is_better(value, self.best):
                return
        path = self._filled(epoch, {**place, **logs})
        if self._save(path):
            self.best = value if self.save_best_only else self.best
            if self.verbose:
                console.say(f"Epoch {epoch + 1}: saved weights to {path}")

    def _save(self, path: str) -> bool:
        """Saves, or says once in a run that there is nothing good to save."""
        try:
            self.model.save_weights(path)
        except ValueError as error:
            if all(np.isfinite(weight).all() for weight in self.model.weights):
                raise
            if not self._warned_of_divergence:
                console.warn(f"ModelCheckpoint: {error}")
            self._warned_of_divergence = True
            return False
        return True

    def _filled(self, epoch: int, logs: Mapping[str, float]) -> str:
        try:
            return self.filepath.format_map(ChainMap({"epoch": epoch + 1}, logs))  # type: ignore
        except KeyError as error:
            raise ValueError(
                f"ModelCheckpoint: filepath has the name {error}, which is not among the numbers "
                f"of the epoch: {', '.join(logs)}. Pass validation_data or validation_split for "
                "those with val_."
            ) from None
        except (ValueError, IndexError, AttributeError, TypeError) as error:
            raise ValueError(
                f'ModelCheckpoint: filepath "{self.filepath}" cannot be filled in: {error}. Write '
                '"{epoch:02d}", "{val_loss:.2f}" and so on, and "{{" for a brace.'
            ) from None


def _frequency(save_freq: Any) -> int:
    """Returns after how many batches to save; 0 for after every epoch."""
    if not isinstance(save_freq, str):
        return _checks.integer("ModelCheckpoint", "save_freq", save_freq)
    if save_freq != "epoch":
        raise ValueError(
            'ModelCheckpoint: expected save_freq to be "epoch" or a number of batches, received '
            f"{shown(save_freq)}."
        )
    return 0


class _Anything(Mapping[str, float]):
    """A number for each name."""

    def __getitem__(self, name: str) -> float:
        return 0.0

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
