"""One run of `fit`: epochs, validation, callbacks, interrupts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from martlet import _checks
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.callback_list import CallbackList, listed
from martlet.callbacks.history import History
from martlet.callbacks.progress_bar import ProgressBar
from martlet.data import Dataset
from martlet.models.passes import batch_count, checked_batch_size, inference_batch_size, measure
from martlet.progress import resolve_verbose
from martlet.utils.split import checked_fraction, stratified_split

if TYPE_CHECKING:
    from martlet.models.training import TrainableNetwork


class FitOptions:
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


def fit(
    model: TrainableNetwork,
    data: Dataset,
    validation: Dataset | None,
    callbacks: Callback | Iterable[Callback] | None,
    options: FitOptions,
) -> History:
    """Trains on checked data; see `TrainableNetwork.fit`."""
    if options.is_stratified and (validation is not None or not options.validation_split):
        raise ValueError(
            "fit: expected validation_split with stratify, which says which rows it holds back; "
            f"received {'none' if validation is None else 'validation_data'}."
        )
    if validation is None and options.validation_split:
        data, validation = split(data, options.validation_split, options.stratify)
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


def split(data: Dataset, fraction: float, stratify: Any) -> tuple[Dataset, Dataset]:
    """Holds back a share of the samples: the last ones, or random ones of each class.

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
        model: TrainableNetwork,
        data: Dataset,
        validation: Dataset | None,
        callbacks: CallbackList,
        options: FitOptions,
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
        model, data, options = self.model, self.data, self.options
        names = model.compilation.names
        engine = model.engine
        ear = self.callbacks.ear("train", names)
        ear.start()
        engine.pull()
        try:
            values, *_ = engine.core.train(
                data.inputs,
                data.targets,
                data.sample_weight,
                data.rows,
                options.batch_size,
                options.shuffle,
                model.seed,
                model.epochs_trained,
                ear.interval,
                ear.progress,
            )
        finally:
            engine.push()
        model.epochs_trained += 1
        return dict(zip(names, values, strict=True))

    def _validate(self, validation: Dataset) -> Logs:
        size = inference_batch_size("fit", self.options.validation_batch_size, len(validation))
        with self.model.turn:
            logs = measure(self.model, validation, size, self.callbacks)
        return {f"val_{name}": value for name, value in logs.items()}
