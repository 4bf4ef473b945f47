"""Callbacks that watch a number, beside a transcription of Keras's rules (3.15) in plain Python."""

from __future__ import annotations

import types

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import callbacks, layers, metrics
from martlet.callbacks import LambdaCallback
from martlet.optimizers import SGD, schedules

X, Y = digits(64)


def scripted(name, values):
    """A callback that puts given numbers into the logs, before others see them."""

    def put(epoch, logs):
        logs[name] = values[epoch]

    return LambdaCallback(on_epoch_end=put)


class FakeModel:
    """What a callback sees of a model; its weights are the number of epochs trained."""

    def __init__(self):
        self.stop_training = False
        self.optimizer = types.SimpleNamespace(learning_rate=0.1, follows_schedule=False)
        self.epochs = 0
        self.saved = []

    def get_weights(self):
        return [np.array([float(self.epochs)])]

    def set_weights(self, weights):
        self.epochs = int(weights[0][0])

    def save_weights(self, path):
        self.saved.append(self.epochs)


def drive(callback, values):
    """Calls the hooks as `fit` does; returns the model and the rate of each epoch."""
    model, rates = FakeModel(), []
    callback.set_model(model)
    callback.on_train_begin({})
    for epoch, value in enumerate(values):
        model.epochs = epoch + 1
        rates.append(model.optimizer.learning_rate)
        callback.on_epoch_end(epoch, {"score": value})
        if model.stop_training:
            break
    epochs = model.epochs
    callback.on_train_end({})
    return model, epochs, rates


def better(value, than, rises, delta):
    if than is None:
        return True
    if rises:
        return np.float32(value - delta) > np.float32(than)
    return np.float32(value + delta) < np.float32(than)


def keras_early_stopping(values, rises, patience, delta, baseline, restore, start):
    """(epochs that run, epoch whose weights are there at the end), as Keras's source has it."""
    best, wait, kept = None, 0, None
    for epoch, value in enumerate(values):
        if epoch < start:
            continue
        if restore and kept is None:
            kept = epoch + 1
        wait += 1
        if better(value, best, rises, delta):
            best, kept = value, epoch + 1
            if baseline is None or better(value, baseline, rises, delta):
                wait = 0
        elif wait >= patience and epoch > 0:
            break
    return epoch + 1, kept if restore and kept else epoch + 1


def keras_plateau(values, rises, patience, delta, cooldown, factor, least):
    """The rate of each epoch, as Keras's source has it."""
    best, wait, cool, rate, rates = None, 0, 0, 0.1, []
    for value in values:
        rates.append(rate)
        if cool > 0:
            cool, wait = cool - 1, 0
        if better(value, best, rises, delta):
            best, wait = value, 0
        elif cool == 0:
            wait += 1
            if wait >= patience and np.float32(rate) > np.float32(least):
                rate, cool, wait = max(rate * factor, least), cooldown, 0
    return rates


def test_a_baseline_does_not_stop_while_the_number_still_improves():
    stop = callbacks.EarlyStopping("score", mode="min", patience=2, baseline=0.5)
    script = scripted("score", [1.0, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3])
    history = compiled().fit(X, Y, epochs=7, verbose=0, callbacks=[script, stop])
    assert len(history.epoch) == 7


def test_early_stopping_stops_where_keras_does():
    generator = np.random.default_rng(5)
    for _ in range(500):
        values = np.round(generator.normal(size=generator.integers(1, 12)), 1).tolist()
        rises, restore = bool(generator.integers(2)), bool(generator.integers(2))
        patience, start = int(generator.integers(5)), int(generator.choice([0, 0, 1, 3]))
        delta = float(generator.choice([0, 0.1, 0.25]))
        baseline = [None, 0.5, 0.1, -1.0][generator.integers(4)]
        stop = callbacks.EarlyStopping(
            "score", delta, patience, 0, "max" if rises else "min", baseline, restore, start
        )
        model, epochs, _ = drive(stop, values)
        expected = keras_early_stopping(values, rises, patience, delta, baseline, restore, start)
        assert (epochs, model.epochs) == expected, (values, stop.__dict__)


def test_reduce_lr_on_plateau_lowers_the_rate_where_keras_does():
    generator = np.random.default_rng(6)
    for _ in range(500):
        values = np.round(generator.normal(size=generator.integers(1, 15)), 1).tolist()
        rises, patience = bool(generator.integers(2)), int(generator.integers(4))
        delta, cooldown = float(generator.choice([0, 1e-4, 0.1])), int(generator.integers(4))
        factor, least = float(generator.choice([0.1, 0.5])), float(generator.choice([0, 0.01, 0.1]))
        reduce = callbacks.ReduceLROnPlateau(
            "score", factor, patience, 0, "max" if rises else "min", delta, cooldown, least
        )
        rates = drive(reduce, values)[2]
        assert rates == keras_plateau(values, rises, patience, delta, cooldown, factor, least)


@pytest.mark.parametrize(
    ("mode", "threshold", "saved"),
    [("min", None, [1, 3]), ("max", None, [1, 2]), ("min", 1.5, [3]), ("max", 2.5, [2])],
)
def test_a_checkpoint_is_saved_where_keras_saves_one(tmp_path, mode, threshold, saved):
    best = callbacks.ModelCheckpoint(
        tmp_path / "a.safetensors",
        "score",
        mode=mode,
        save_best_only=True,
        initial_value_threshold=threshold,
    )
    assert drive(best, [2.0, 3.0, 1.0])[0].saved == saved


def test_nan_is_never_the_best():
    stop = callbacks.EarlyStopping("score", mode="min", patience=3, restore_best_weights=True)
    model, _, _ = drive(stop, [np.nan, 2.0, 1.0, np.nan])
    assert (stop.best, model.epochs) == (1.0, 3)


def test_weights_that_are_no_numbers_do_not_come_back():
    model = compiled()
    stop = callbacks.EarlyStopping("score", mode="max", patience=1, restore_best_weights=True)
    script = scripted("score", [0.5, 0.9, 0.1])

    def diverge(epoch, logs):
        if epoch == 1:
            model.optimizer.learning_rate = 1e38
            model.train_on_batch(X, Y)
            model.train_on_batch(X, Y)

    with np.errstate(all="ignore"):
        model.fit(
            X,
            Y,
            epochs=3,
            verbose=0,
            callbacks=[script, LambdaCallback(on_epoch_end=diverge), stop],
        )
    assert stop.best_epoch == 0
    assert all(np.isfinite(array).all() for array in model.get_weights())


def watching(monitor, wanted=("accuracy",)):
    """EarlyStopping that knows a compiled model."""
    stop = callbacks.EarlyStopping(monitor)
    stop.set_model(compiled(metrics=wanted))
    stop.on_train_begin()
    return stop


@pytest.mark.parametrize(
    ("monitor", "rises"),
    [("loss", False), ("val_loss", False), ("accuracy", True), ("val_accuracy", True)],
)
def test_losses_fall_and_accuracies_rise(monitor, rises):
    assert watching(monitor).rises is rises


def test_a_metric_rises_by_its_kind_and_not_by_its_name():
    top1 = metrics.SparseCategoricalAccuracy(name="top1")
    assert watching("val_top1", [top1]).rises
    assert watching("acc", ["acc"]).rises
    model = martlet.Sequential([layers.Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse", metrics=[metrics.MeanSquaredError(name="acceleration_error")])
    stop = callbacks.EarlyStopping("val_acceleration_error")
    stop.set_model(model)
    assert not stop.rises


def test_the_loss_of_an_output_called_acceleration_falls():
    inputs = martlet.Input((3,))
    outputs = [layers.Dense(1, name=name)(inputs) for name in ("speed", "acceleration")]
    model = martlet.Model(inputs, outputs)
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.zeros((8, 3), np.float32), np.zeros((8, 1), np.float32)
    stop = callbacks.EarlyStopping("val_acceleration_loss", patience=1)
    script = scripted("val_acceleration_loss", [3.0, 2.0, 1.0])
    history = model.fit(x, [y, y], epochs=3, verbose=0, callbacks=[script, stop])
    assert len(history.epoch) == 3
    mae = callbacks.ReduceLROnPlateau("val_acceleration_mae")
    mae.set_model(model)
    assert not mae.rises


@pytest.mark.parametrize("kind", ["EarlyStopping", "ReduceLROnPlateau"])
def test_a_number_of_unknown_direction_needs_a_mode(kind):
    model = compiled()
    before = model.get_weights()
    with pytest.raises(ValueError, match='mode="max"'):
        model.fit(X, Y, verbose=0, callbacks=[getattr(callbacks, kind)("val_accelerationloss")])
    with pytest.raises(ValueError, match='Did you mean "val_accuracy"'):
        model.fit(X, Y, verbose=0, callbacks=[getattr(callbacks, kind)("val_acuracy")])
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_a_checkpoint_of_unknown_direction_needs_a_mode(tmp_path):
    best = callbacks.ModelCheckpoint(tmp_path / "a.safetensors", "score", save_best_only=True)
    with pytest.raises(ValueError, match='mode="max"'):
        compiled().fit(X, Y, verbose=0, callbacks=[best])


@pytest.mark.parametrize(
    "callback",
    [
        callbacks.ReduceLROnPlateau("loss"),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate),
    ],
    ids=lambda item: type(item).__name__,
)
def test_a_schedule_is_not_replaced_in_silence(callback):
    model = compiled(SGD(schedules.ExponentialDecay(0.1, 10, 0.5)))
    with pytest.raises(TypeError, match=r"follows a schedule: .*ExponentialDecay"):
        model.fit(X, Y, verbose=0, callbacks=[callback])
    assert model.optimizer.learning_rate == pytest.approx(0.1)
    assert model.optimizer.iterations == 0


def test_a_schedule_of_the_epoch_alone_will_do():
    model = compiled()
    schedule = callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[schedule]).history
    assert history["learning_rate"] == pytest.approx([0.1, 0.05])


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (lambda epoch: None, "what schedule returns to be a number, received None"),
        (lambda epoch: -1, "what schedule returns to be at least 0, received -1"),
        (3, "schedule to be a function"),
    ],
)
def test_a_bad_schedule_is_explained(schedule, message):
    with pytest.raises((TypeError, ValueError), match=message):
        compiled().fit(X, Y, verbose=0, callbacks=[callbacks.LearningRateScheduler(schedule)])


def test_terminate_on_nan_can_raise():
    model = compiled()
    model.optimizer.learning_rate = 1e30
    with pytest.raises(RuntimeError, match="smaller learning rate"):
        model.fit(X, Y, epochs=50, verbose=0, callbacks=[callbacks.TerminateOnNaN(True)])
