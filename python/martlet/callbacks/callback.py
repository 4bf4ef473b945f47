"""Base class of all callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet._keras import KerasArguments
from martlet._messages import shown

if TYPE_CHECKING:
    from martlet.models.model import Model

Logs = dict[str, Any]
"""Numbers by name, and arrays of numbers, such as a confusion matrix."""


class Callback(KerasArguments):
    """Base class of all callbacks.

    Its methods are hooks that `fit`, `evaluate` and `predict` call.

    Override what is needed. Hooks of batches cost a call into Python for each batch, and only when
    they are overridden; `on_train_progress` is called a few times a second instead, which is enough
    for a display.

    `logs` holds the loss and the metrics by name: so far in the epoch for batches, of the whole
    epoch for epochs. Setting `self.model.stop_training = True` ends training after the epoch, or
    after the batch where a hook of batches or `on_train_progress` sets it.

    Attributes:
        model: The model.
        params: "epochs", "steps" (the batches of an epoch of `fit`, or of the whole pass of
            `evaluate` and `predict`, as they are run) and "verbose". The validation of an epoch has
            those of `fit`.
    """

    model: Model
    params: dict[str, Any]

    def set_model(self, model: Model) -> None:
        """Gives the callback its model, before anything else is called."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Gives the callback the facts of the run."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called when `fit` starts."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called when `fit` ends without an error, with the last epoch's logs."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before each epoch; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after each epoch and its validation; may add numbers to `logs`."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Another name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Another name of `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each training batch; the first of an epoch is 0."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each training batch."""
        self.on_batch_end(batch, logs)

    def on_train_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Called about five times a second during training, with the batches done and in all."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Called when `evaluate`, or the validation of an epoch, starts."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Called when `evaluate`, or the validation of an epoch, ends."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each batch of evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each batch of evaluation."""

    def on_test_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Called about five times a second during evaluation."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Called when `predict` starts."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Called when `predict` ends."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each batch of prediction."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each batch of prediction."""

    def on_predict_progress(self, batch: int, batches: int, logs: Logs) -> None:
        """Called about five times a second during prediction; `logs` is empty."""

    def close(self) -> None:
        """Called last, however the run ended, to release a file or a display."""


def recorded(name: str, value: Any) -> float | npt.NDArray[Any]:
    """Returns what a history keeps of the logs: a number as a float, or an array of numbers.

    Raises:
        TypeError: Neither: some callback put it there.
    """
    if isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "biuf":
        return value
    return logged(name, value)


def logged(name: str, value: Any) -> float:
    """Returns a number of the logs, which may be NaN, as a float.

    Raises:
        TypeError: No number: an array, or some callback put it there.
    """
    if isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "biuf":
        raise TypeError(
            f'Expected "{name}" to be one number, and it is an array of shape {value.shape}. Give '
            'the metric an average, such as average="macro", or a class_id.'
        )
    try:
        if isinstance(value, (str, bytes, bytearray)) or np.ndim(value) > 0:
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f'Expected logs["{name}"] to be a number, received {shown(value)}. A callback put it '
            "there."
        ) from None


def overrides(callback: Callback, hook: str) -> bool:
    """Whether a callback does something of its own in a hook."""
    return getattr(getattr(callback, hook), "__func__", None) is not getattr(Callback, hook)
