"""Passes over data without training: measuring and predicting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from martlet import _checks, _core
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.callback_list import CallbackList, listed
from martlet.callbacks.pass_bar import PassBar
from martlet.data import Dataset
from martlet.data.arrays import Array
from martlet.progress import resolve_verbose

if TYPE_CHECKING:
    from martlet.models.training import TrainableNetwork

DEFAULT_BATCH_SIZE = 32

MEASURING_BATCH_SIZE = 256
"""The least that is taken at a time when nothing is learnt, whatever is asked for."""


def checked_batch_size(
    owner: str, batch_size: int | None, default: int = DEFAULT_BATCH_SIZE
) -> int:
    """Returns the batch size as a positive int; None gives the default."""
    return default if batch_size is None else _checks.integer(owner, "batch_size", batch_size)


def inference_batch_size(owner: str, batch_size: int | None, count: int) -> int:
    """Returns how many of `count` samples a run takes at a time in which nothing is learnt.

    Results do not depend on it, so it is at least what fills the machine.
    """
    size = checked_batch_size(owner, batch_size, MEASURING_BATCH_SIZE)
    return min(max(size, MEASURING_BATCH_SIZE), count)


def batch_count(count: int, size: int) -> int:
    """Returns how many batches `count` samples make."""
    return -(-count // size)


def check_input_values(inputs: list[Array]) -> None:
    """Raises ValueError for NaN and infinities: a ReLU would turn them into plausible numbers."""
    for array in inputs:
        if array.dtype.kind == "f":
            _core.check_finite(array, "x")


def evaluate(
    model: TrainableNetwork,
    data: Dataset,
    batch_size: int | None,
    verbose: Any,
    callbacks: Callback | Iterable[Callback] | None,
) -> Logs:
    """Measures checked data; see `TrainableNetwork.evaluate`."""
    size = inference_batch_size("evaluate", batch_size, len(data))
    level = resolve_verbose("evaluate", verbose)
    bar = PassBar("Evaluate", level, always=True) if level else None
    everyone = _listeners(model, callbacks, bar, len(data), size, level)
    try:
        with model.turn:
            logs = measure(model, data, size, everyone)
        if bar is not None:
            bar.finish(batch_count(len(data), size), logs)
    finally:
        everyone.call("close")
    return logs


def measure(
    model: TrainableNetwork, data: Dataset, batch_size: int, callbacks: CallbackList
) -> Logs:
    """Returns the loss and the metrics over the data by name."""
    names = model.compilation.names
    engine = model.engine
    ear = callbacks.ear("test", names)
    callbacks.call("on_test_begin", {})
    ear.start()
    engine.pull()
    values, *_ = engine.core.evaluate(
        data.inputs,
        data.targets,
        data.sample_weight,
        data.rows,
        batch_size,
        ear.interval,
        ear.progress,
    )
    logs = dict(zip(names, values, strict=True))
    callbacks.call("on_test_end", logs)
    return logs


def predict(
    model: TrainableNetwork,
    inputs: list[Array],
    batch_size: int | None,
    verbose: Any,
    callbacks: Callback | Iterable[Callback] | None,
) -> list[Any]:
    """Returns the outputs for checked inputs; see `TrainableNetwork.predict`."""
    count = len(inputs[0])
    size = inference_batch_size("predict", batch_size, count)
    level = resolve_verbose("predict", verbose)
    engine = model.engine
    engine.pull()
    if callbacks is None and size == count:
        # One batch is over before a display could show it.
        return engine.core.predict(inputs, None, size, 0.0, None)
    bar = PassBar("Predict", level, always=False) if level else None
    everyone = _listeners(model, callbacks, bar, count, size, level)
    ear = everyone.ear("predict", ())
    everyone.call("on_predict_begin", {})
    ear.start()
    try:
        outputs = engine.core.predict(inputs, None, size, ear.interval, ear.progress)
        if bar is not None:
            bar.finish(batch_count(count, size), {})
    finally:
        everyone.call("close")
    everyone.call("on_predict_end", {})
    return outputs


def _listeners(
    model: TrainableNetwork,
    callbacks: Callback | Iterable[Callback] | None,
    bar: PassBar | None,
    count: int,
    size: int,
    verbose: int,
) -> CallbackList:
    bars = [] if bar is None else [bar]
    params = {"steps": batch_count(count, size), "epochs": 1, "verbose": verbose}
    return CallbackList([*listed(callbacks), *bars], model, params)
