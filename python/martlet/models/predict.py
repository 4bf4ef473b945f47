"""`predict`: the outputs for samples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from martlet._keras import takes_keras_arguments
from martlet.callbacks.callback import Callback
from martlet.callbacks.pass_bar import PassBar, watching
from martlet.data import prepare_inputs
from martlet.data.arrays import Array
from martlet.models.batch_sizes import batch_count, counted_samples, inference_batch_size
from martlet.models.network import Network
from martlet.progress import resolve_verbose
from martlet.progress.choice import Verbose


class Predicts(Network):
    """A network with `predict`."""

    @takes_keras_arguments("Model.predict")
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Verbose | bool = "auto",
        steps: int | None = None,
        callbacks: Callback | Iterable[Callback] | None = None,
    ) -> Any:
        """Generates predictions for the input samples.

        Returns the model's outputs. Nothing is shown for a call that takes only a moment.

        Args:
            x: Samples, of shape (n, *input shape).
            batch_size: Samples at a time, at least 256; it matters for memory only.
            verbose: As in `fit`.
            steps: How many batches of `batch_size` (or 32) samples to predict, from the first; None
                for all.
            callbacks: Callback objects.

        Returns:
            A float32 array of shape (n, *output shape); a list or a dictionary of them for several
            outputs, as the model was written.

        Raises:
            RuntimeError: The input shape of the model is not known yet.
            ValueError: A wrong shape, or values that are NaN or infinite.
            TypeError: A dtype that is no number.
        """
        built = self.built_for(x)
        inputs = prepare_inputs(x, built)
        if steps is not None:
            count = counted_samples("predict", steps, batch_size, len(inputs[0]))
            inputs = [array[:count] for array in inputs]
        with self.turn:
            outputs = _predict(self, inputs, batch_size, verbose, callbacks)
        return self.graph_source.packed(outputs)


def _predict(
    model: Network,
    inputs: list[Array],
    batch_size: int | None,
    verbose: Any,
    callbacks: Callback | Iterable[Callback] | None,
) -> list[Any]:
    """Returns the outputs for checked inputs; see `Predicts.predict`."""
    count = len(inputs[0])
    size = inference_batch_size("predict", batch_size, count)
    level = resolve_verbose("predict", verbose)
    built = model.built_model
    if callbacks is None and size == count:
        # One batch is over before a display could show it.
        return built.predict(inputs, size)
    bar = PassBar("Predict", level, always=False) if level else None
    everyone = watching(model, callbacks, bar, batch_count(count, size), level)
    ear = everyone.ear("predict", lambda values: {})
    everyone.call("on_predict_begin", {})
    ear.start()
    try:
        outputs = built.predict(inputs, size, ear.interval, ear.progress)
        if bar is not None:
            bar.finish(batch_count(count, size), {})
    finally:
        everyone.call("close")
    everyone.call("on_predict_end", {})
    return outputs
