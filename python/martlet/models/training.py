"""How a model learns, is measured, and predicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.callbacks.callback import Callback
from martlet.callbacks.history import History
from martlet.data import Dataset, prepare_inputs, warn_of_scale
from martlet.models.fitting import FitOptions, fit
from martlet.models.learning import LearningNetwork, Results
from martlet.models.passes import (
    DEFAULT_BATCH_SIZE,
    MEASURING_BATCH_SIZE,
    check_input_values,
    checked_batch_size,
    evaluate,
    predict,
)
from martlet.models.profile import Profile
from martlet.progress.choice import Verbose


class TrainableNetwork(LearningNetwork):
    """A network with `fit`, `evaluate` and `predict`."""

    @takes_keras_arguments("Model.fit")
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Verbose | bool = "auto",
        callbacks: Callback | Iterable[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: tuple[Any, ...] | None = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        *,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        stratify: Any = False,
        on_interrupt: Literal["raise", "return"] = "raise",
    ) -> History:
        """Trains the model.

        uint8, int32, int64, float32 and float64 arrays are read where they lie; others are
        converted once.

        Args:
            x: Samples, of shape (n, *input shape); a list of arrays for several inputs.
            y: Targets: whole-number labels, one-hot rows, or numbers, as the loss wants them.
            batch_size: Samples in one update; 32 by default.
            epochs: The epoch at which to end. Passes over the data: `epochs - initial_epoch`.
            verbose: 0 silent, 1 a bar, 2 a line for each epoch, "auto" a bar where one can be
                drawn.
            callbacks: Callback objects.
            validation_split: The share of the last rows that is held back to measure with.
            validation_data: (x, y) or (x, y, sample_weight) to measure with instead.
            shuffle: Whether to visit the samples in a new order each epoch.
            class_weight: How much each class counts while training, by label; a class without a
                weight counts 1. As in Keras it does not weigh what is held back to measure with,
                and the model has one output.
            sample_weight: How much each sample counts.
            initial_epoch: The number of the first epoch.
            validation_batch_size: Samples at a time while measuring, at least 256; `batch_size` by
                default.
            validation_freq: Measure after every so many epochs.
            stratify: True holds back random rows with equal shares of every class instead of the
                last rows; an array gives the classes to go by. It needs `validation_split`.
            on_interrupt: What Ctrl-C does, between two batches: "raise" raises KeyboardInterrupt,
                "return" returns the history so far. `model.history` has it either way, and the
                weights are those of the last whole batch.

        Returns:
            The history; `history.history` has the loss and the metrics of each epoch by name.

        Raises:
            RuntimeError: The model is not compiled.
            ValueError: Shapes, lengths, labels or values that do not fit; the model is unchanged
                then.
            TypeError: A dtype that is no number.
        """
        options = FitOptions(
            batch_size=batch_size,
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=verbose,
            shuffle=shuffle,
            validation_split=validation_split,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
            stratify=stratify,
            on_interrupt=on_interrupt,
        )
        with self.fit_under_way():
            data = self._prepare(x, y, sample_weight, class_weight)
            warn_of_scale(data.inputs, self.engine)
            given = validation_data
            validation = None if given is None else self._prepare_validation(given)
            return fit(self, data, validation, callbacks, options)

    @takes_keras_arguments("Model.evaluate")
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Verbose | bool = "auto",
        sample_weight: Any = None,
        callbacks: Callback | Iterable[Callback] | None = None,
        return_dict: bool = False,
    ) -> Results:
        """Measures the loss and the metrics, without training.

        Args:
            x: As in `fit`.
            y: As in `fit`.
            batch_size: Samples at a time, at least 256; it matters for memory only.
            verbose: As in `fit`.
            sample_weight: How much each sample counts.
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
        data = self._prepare(x, y, sample_weight)
        return self._results(evaluate(self, data, batch_size, verbose, callbacks), return_dict)

    @takes_keras_arguments("Model.predict")
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Verbose | bool = "auto",
        callbacks: Callback | Iterable[Callback] | None = None,
    ) -> Any:
        """Returns the model's outputs. Nothing is shown for a call that takes only a moment.

        Args:
            x: Samples, of shape (n, *input shape).
            batch_size: Samples at a time, at least 256; it matters for memory only.
            verbose: As in `fit`.
            callbacks: Callback objects.

        Returns:
            A float32 array of shape (n, *output shape); a list or a dictionary of them for several
            outputs, as the model was written.

        Raises:
            RuntimeError: The input shape of the model is not known yet.
            ValueError: A wrong shape, or values that are NaN or infinite.
            TypeError: A dtype that is no number.
        """
        engine = self._engine or self._built_for(x)
        inputs = prepare_inputs(x, engine)
        with self.turn:
            outputs = predict(self, inputs, batch_size, verbose, callbacks)
        return self.packed_outputs(outputs)

    def profile(self, x: Any, y: Any = None, batch_size: int | None = None) -> Profile:
        """Measures where the time of a batch goes, for about a third of a second.

        With `y` it measures steps of training. They are real, but then everything is put back:
        weights, optimizer and random numbers are as they were before.

        Args:
            x: Samples, as in `fit`, of which whole batches are used; one batch will do.
            y: Targets, as in `fit`; None measures predictions.
            batch_size: Samples in a batch; by default as many as `fit` (32) or `predict` (256)
                take, and never more than there are.

        Returns:
            A table that prints itself, in a notebook too; its `steps` are plain values.

        Raises:
            RuntimeError: The model is not compiled, or its input shape is not known.
            ValueError: Shapes, lengths, labels or values that do not fit.

        Example:
            >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
            >>> profile = model.profile(np.zeros((256, 784)))
            >>> [step["name"] for step in profile.steps]
            ['gather', 'dense', 'scatter']
        """
        default = DEFAULT_BATCH_SIZE if y is not None else MEASURING_BATCH_SIZE
        size = checked_batch_size("profile", batch_size, default)
        if y is None:
            engine = self._engine or self._built_for(x)
            inputs = prepare_inputs(x, engine)
            check_input_values(inputs)
            with self.turn:
                engine.pull()
                return Profile(engine.core.profile(inputs, None, None, size))
        data = self._prepare(x, y, None)
        arrays = (data.inputs, data.targets, data.sample_weight)
        with self.turn:
            self.engine.pull()
            return Profile(self.engine.core.profile(*arrays, size))

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch; the same as `predict`, shown nowhere."""
        engine = self._engine or self._built_for(x)
        inputs = prepare_inputs(x, engine)
        with self.turn:
            outputs = predict(self, inputs, len(inputs[0]), 0, None)
        return self.packed_outputs(outputs)

    def _prepare_validation(self, given: tuple[Any, ...]) -> Dataset:
        if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
            raise TypeError("validation_data: expected (x, y) or (x, y, sample_weight).")
        weights = given[2] if len(given) == 3 else None
        names = ("validation_data[0]", "validation_data[1]")
        losses = self.compilation.losses
        return Dataset.prepare(given[0], given[1], self.engine, losses, weights, names=names)
