"""`evaluate`: the loss and the metrics over data, without training."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.callback_list import CallbackList
from martlet.callbacks.pass_bar import PassBar, watching
from martlet.data import Dataset
from martlet.models.batch_sizes import batch_count, counted_samples, inference_batch_size
from martlet.models.network import Network
from martlet.models.prepared import Results, prepared, results
from martlet.progress import resolve_verbose
from martlet.progress.choice import Verbose


class Evaluates(Network):
    """A network with `evaluate`."""

    @takes_keras_arguments("Model.evaluate")
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Verbose | bool = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Callback | Iterable[Callback] | None = None,
        return_dict: bool = False,
    ) -> Results:
        """Returns the loss and the metrics on data, without training.

        Args:
            x: As in `fit`.
            y: As in `fit`.
            batch_size: Samples at a time, at least 256; it matters for memory only.
            verbose: As in `fit`.
            sample_weight: How much each sample counts, or each of its time steps, of shape
                (n, timesteps); for several outputs also a list or dictionary of such.
            steps: How many batches of `batch_size` (or 32) samples to measure, from the first; None
                for all.
            callbacks: Callback objects.
            return_dict: Whether to return a dictionary by name.

        Returns:
            The loss and the metrics in the order of `metrics_names`; just the loss if there are no
            metrics.

        Raises:
            RuntimeError: The model is not compiled.
            ValueError: Shapes, lengths, labels or values that do not fit.
        """
        return_dict = _checks.flag("evaluate", "return_dict", return_dict)
        data = prepared(self, x, y, sample_weight)
        if steps is not None:
            data = data.head(counted_samples("evaluate", steps, batch_size, len(data)))
        return results(_evaluate(self, data, batch_size, verbose, callbacks), return_dict)


def _evaluate(
    model: Network,
    data: Dataset,
    batch_size: int | None,
    verbose: Any,
    callbacks: Callback | Iterable[Callback] | None,
) -> Logs:
    """Measures checked data; see `Evaluates.evaluate`."""
    size = inference_batch_size("evaluate", batch_size, len(data))
    level = resolve_verbose("evaluate", verbose)
    bar = PassBar("Evaluate", level, always=True) if level else None
    everyone = watching(model, callbacks, bar, batch_count(len(data), size), level)
    try:
        with model.turn:
            logs = measured(model, data, size, everyone)
        if bar is not None:
            bar.finish(batch_count(len(data), size), logs)
    finally:
        everyone.call("close")
    return logs


def measured(model: Network, data: Dataset, batch_size: int, callbacks: CallbackList) -> Logs:
    """Returns the loss and the metrics over checked data by name."""
    ear = callbacks.ear("test", model.objectives.named)
    callbacks.call("on_test_begin", {})
    ear.start()
    logs = model.built_model.evaluate(data, batch_size, ear.interval, ear.progress)
    callbacks.call("on_test_end", logs)
    return logs
