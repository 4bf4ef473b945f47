"""`fit`: epochs, validation, callbacks, interrupts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.callback_list import CallbackList, listed
from martlet.callbacks.history import History
from martlet.callbacks.progress_bar import ProgressBar
from martlet.data import Dataset, warn_of_scale
from martlet.models.batch_sizes import batch_count, checked_batch_size, inference_batch_size
from martlet.models.evaluate import measured
from martlet.models.network import Network
from martlet.models.prepared import prepared
from martlet.progress import resolve_verbose
from martlet.progress.choice import Verbose
from martlet.utils.split import checked_fraction, stratified_split


class Fits(Network):
    """A network with `fit`."""

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
        """Trains the model for a number of epochs.

        uint8, int32, int64, float32 and float64 arrays are read where they lie; others are
        converted once.

        Args:
            x: Samples, of shape (n, *input shape); a list of arrays for several inputs.
            y: Targets: integer labels, one-hot rows, or numbers, as the loss wants them.
            batch_size: Samples in one update; 32 by default.
            epochs: The epoch at which to end. Passes over the data: `epochs - initial_epoch`.
            verbose: 0 silent, 1 a bar, 2 a line for each epoch, "auto" a bar where one can be
                drawn.
            callbacks: Callback objects.
            validation_split: The fraction of the last rows that is held back to measure with.
            validation_data: (x, y) or (x, y, sample_weight) to measure with instead.
            shuffle: Whether to visit the samples in a new order each epoch.
            class_weight: How much each class counts while training, by label; a class without a
                weight counts 1. As in Keras it does not weigh what is held back to measure with,
                and the model has one output.
            sample_weight: How much each sample counts, or each of its time steps, of shape
                (n, timesteps); for several outputs also a list or dictionary of such.
            initial_epoch: The number of the first epoch.
            validation_batch_size: Samples at a time while measuring, at least 256; `batch_size` by
                default.
            validation_freq: Measure after every so many epochs.
            stratify: True holds back random rows with equal fractions of every class instead of the
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
        options = _Options(
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
        with self._under_way():
            data = prepared(self, x, y, sample_weight, class_weight)
            warn_of_scale(data.inputs, self.built_model)
            given = validation_data
            validation = None if given is None else self._prepare_validation(given)
            return _fit(self, data, validation, callbacks, options)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        """Keeps `compile` from changing what a fit has begun with."""
        process = os.getpid()
        with self.turn:
            self._fits.append(process)
        try:
            yield
        finally:
            self._fits.remove(process)

    def _prepare_validation(self, given: tuple[Any, ...]) -> Dataset:
        if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
            raise TypeError("validation_data: expected (x, y) or (x, y, sample_weight).")
        weights = given[2] if len(given) == 3 else None
        names = ("validation_data[0]", "validation_data[1]")
        return prepared(self, given[0], given[1], weights, names=names)


class _Options:
    """The numbers that `fit` was given, checked."""

    def __init__(
        self,
        batch_size: int | None,
        epochs: int,
        initial_epoch: int,
        verbose: Any,
        shuffle: bool,
        validation_split: float,
        validation_batch_size: int | None,
        validation_freq: int,
        stratify: Any,
        on_interrupt: str,
    ) -> None:
        self.batch_size = checked_batch_size("fit", batch_size)
        self.epochs = _checks.integer("fit", "epochs", epochs, minimum=0)
        self.initial_epoch = _checks.integer("fit", "initial_epoch", initial_epoch, minimum=0)
        self.verbose = resolve_verbose("fit", verbose)
        self.shuffle = _checks.flag("fit", "shuffle", shuffle)
        self.validation_split = checked_fraction(
            "fit",
            "validation_split",
            0.0 if validation_split is None else validation_split,
            allows_zero=True,
        )
        self.validation_batch_size = checked_batch_size(
            "fit", batch_size if validation_batch_size is None else validation_batch_size
        )
        self.validation_freq = _checks.integer("fit", "validation_freq", validation_freq)
        self.stratify = stratify
        self.is_stratified = stratify is not None and stratify is not False
        self.on_interrupt = _checks.choice("fit", "on_interrupt", on_interrupt, ("raise", "return"))


def _fit(
    model: Fits,
    data: Dataset,
    validation: Dataset | None,
    callbacks: Callback | Iterable[Callback] | None,
    options: _Options,
) -> History:
    """Trains on checked data; see `Fits.fit`."""
    if options.is_stratified and (validation is not None or not options.validation_split):
        raise ValueError(
            "fit: expected validation_split with stratify, which says which rows it holds back; "
            f"received {'none' if validation is None else 'validation_data'}."
        )
    if validation is None and options.validation_split:
        data, validation = _split(data, options.validation_split, options.stratify)
    data = data.for_training()
    given = listed(callbacks)
    wants_bar = options.verbose and not any(isinstance(item, ProgressBar) for item in given)
    bar = [ProgressBar(options.verbose)] if wants_bar else []
    history = next((item for item in given if isinstance(item, History)), History())
    params = {
        "epochs": options.epochs,
        "steps": batch_count(len(data), options.batch_size),
        "verbose": options.verbose,
    }
    # History comes after the user's callbacks, so that it records what they add to the logs.
    own = [] if history in given else [history]
    everyone = CallbackList([*given, *own, *bar], model, params)
    model.history = history
    model.stop_training = False
    run = _Run(model, data, validation, everyone, options)
    try:
        run.run()
    except KeyboardInterrupt:
        if options.on_interrupt == "raise":
            raise
        everyone.call("on_train_end", run.logs)
    finally:
        everyone.call("close")
    return history


def _split(data: Dataset, fraction: float, stratify: Any) -> tuple[Dataset, Dataset]:
    """Holds back a fraction of the samples: the last ones, or random ones of each class.

    Raises:
        ValueError: A part would be empty.
    """
    if stratify is not False and stratify is not None:
        labels = (
            data.targets[0]
            if stratify is True
            else np.asarray(_checks.unmasked("stratify", stratify))
        )
        if len(labels) != len(data):
            raise ValueError(
                f"stratify: expected a class for each of the {len(data)} samples, received "
                f"{len(labels)}."
            )
        train, held = stratified_split(labels, fraction)
        return data.choose(train), data.choose(held)
    count = int(len(data) * (1 - fraction))
    if not 0 < count < len(data):
        raise ValueError(
            f"validation_split={fraction:g} of {len(data)} samples leaves {count} to train with "
            f"and {len(data) - count} to measure with. Use more samples, or validation_data."
        )
    return data.head(count), data.tail(count)


class _Run:
    """The epochs of one run."""

    def __init__(
        self,
        model: Fits,
        data: Dataset,
        validation: Dataset | None,
        callbacks: CallbackList,
        options: _Options,
    ) -> None:
        self.model = model
        self.data = data
        self.validation = validation
        self.callbacks = callbacks
        self.options = options
        self.logs: Logs = {}

    def run(self) -> None:
        # A run that starts late goes on with the orders of the epochs that it leaves out.
        self.model.epochs_trained = max(self.model.epochs_trained, self.options.initial_epoch)
        self.callbacks.call("on_train_begin", {})
        for epoch in range(self.options.initial_epoch, self.options.epochs):
            self.callbacks.call("on_epoch_begin", epoch, {})
            with self.model.turn:
                logs = self._train()
            if self.validation is not None and (epoch + 1) % self.options.validation_freq == 0:
                logs.update(self._validate(self.validation))
            self.callbacks.call("on_epoch_end", epoch, logs)
            self.logs = logs
            if self.model.stop_training:
                break
        self.callbacks.call("on_train_end", self.logs)

    def _train(self) -> Logs:
        model, options = self.model, self.options
        ear = self.callbacks.ear("train", model.objectives.named)
        ear.start()
        logs = model.built_model.train(
            self.data,
            options.batch_size,
            shuffle=options.shuffle,
            seed=model.seed,
            epoch=model.epochs_trained,
            interval=ear.interval,
            progress=ear.progress,
        )
        model.epochs_trained += 1
        return logs

    def _validate(self, validation: Dataset) -> Logs:
        size = inference_batch_size("fit", self.options.validation_batch_size, len(validation))
        with self.model.turn:
            logs = measured(self.model, validation, size, self.callbacks)
        return {f"val_{name}": value for name, value in logs.items()}
