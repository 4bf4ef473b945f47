from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, classifier, compiled, digits
from martlet.callbacks import Callback, LambdaCallback


def test_fit_learns_and_records():
    model = compiled("adam")
    x, y = digits(256)
    history = model.fit(x, y, epochs=40, batch_size=16, validation_split=0.25, verbose=0)
    assert history is model.history
    assert history.epoch == list(range(40))
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(type(value) is float for values in history.history.values() for value in values)
    assert history.history["val_accuracy"][-1] > 0.8
    np.testing.assert_array_equal(history.arrays["loss"], history.history["loss"])


def test_validation_split_takes_the_last_rows():
    model = compiled()
    x, y = digits(100)
    history = model.fit(x, y, validation_split=0.2, verbose=0).history
    loss, accuracy = model.evaluate(x[80:], y[80:], verbose=0)
    assert history["val_loss"] == [pytest.approx(loss)]
    assert history["val_accuracy"] == [accuracy]


def test_held_back_rows_are_not_learnt_from():
    first, second = compiled(), compiled()
    second.set_weights(first.get_weights())
    second.seed = first.seed
    x, y = digits(100)
    first.fit(x, y, validation_split=0.2, epochs=2, verbose=0)
    second.fit(x[:80], y[:80], epochs=2, verbose=0)
    for a, b in zip(first.weights, second.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("stratify", [True, np.arange(100) % 2])
def test_stratify_holds_back_rows_of_every_class(stratify):
    model = compiled()
    x, y = digits(100)
    order = np.argsort(y, kind="stable")
    history = model.fit(
        x[order], y[order], validation_split=0.2, stratify=stratify, verbose=0
    ).history
    assert len(history["val_loss"]) == 1


def test_validation_data_and_frequency():
    model = compiled()
    x, y = digits(64)
    history = model.fit(
        x, y, epochs=4, validation_data=(x, y, np.ones(64)), validation_freq=2, verbose=0
    ).history
    assert len(history["loss"]) == 4
    assert len(history["val_loss"]) == 2


def test_evaluate_in_every_form():
    model = compiled()
    x, y = digits()
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert model.evaluate(x, y, verbose=0, return_dict=True) == {
        "loss": loss,
        "accuracy": accuracy,
    }
    assert model.evaluate(x, y, batch_size=7, verbose=0) == pytest.approx([loss, accuracy])
    assert model.test_on_batch(x, y) == pytest.approx([loss, accuracy])
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert model.evaluate(x, y, verbose=0) == pytest.approx(loss)


@pytest.mark.parametrize("count", [1, 7, 16, 17, 100])
def test_predict_does_not_depend_on_the_batch_size(count):
    model = compiled()
    x = digits(100)[0]
    whole = model.predict(x)
    parts = np.concatenate([model.predict(x[i : i + count]) for i in range(0, 100, count)])
    np.testing.assert_allclose(parts, whole, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.predict(x, batch_size=count), whole, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.predict_on_batch(x), whole, rtol=1e-5, atol=1e-7)
    assert whole.dtype == np.float32
    assert whole.flags.writeable


def test_images_may_have_a_last_axis_of_one():
    model = compiled()
    x, y = digits()
    np.testing.assert_array_equal(model.predict(x[..., None]), model.predict(x))
    model.fit(x[..., None], y, verbose=0)
    last = martlet.Sequential([martlet.layers.Flatten(input_shape=(*SHAPE, 1))])
    np.testing.assert_array_equal(last.predict(x), x.reshape(96, -1))


def test_train_on_batch_is_one_update():
    model = compiled()
    x, y = digits(10)
    loss = model.evaluate(x, y, verbose=0)[0]
    result = model.train_on_batch(x, y, return_dict=True)
    assert result["loss"] == pytest.approx(loss, rel=1e-5)
    assert model.optimizer.iterations == 1
    assert model.evaluate(x, y, verbose=0)[0] < loss


def test_a_loop_of_ones_own_is_the_same_as_train_on_batch():
    first, second = compiled("adam"), compiled("adam")
    second.set_weights(first.get_weights())
    x, y = digits(32)
    for _ in range(3):
        first.train_on_batch(x, y)
        logs = second.compute_gradients(x, y)
        second.apply_gradients()
    assert set(logs) == {"loss", "accuracy"}
    for a, b in zip(first.weights, second.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_sample_weights_and_class_weights_agree():
    x, y = digits(48)
    results = []
    for arguments in ({"class_weight": {1: 0.0, 2: 3.0}}, {"sample_weight": [1, 0, 3, 1]}):
        model = classifier()
        model.set_weights([np.full(view.shape, 0.01) for view in model.weights])
        model.compile("sgd", "sparse_categorical_crossentropy")
        if "sample_weight" in arguments:
            arguments["sample_weight"] = np.array(arguments["sample_weight"])[y]
        model.fit(x, y, shuffle=False, verbose=0, **arguments)
        results.append(model.get_weights())
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_sample_of_weight_zero_teaches_nothing():
    model = compiled()
    before = model.get_weights()
    model.fit(*digits(), sample_weight=np.zeros(96), verbose=0)
    for a, b in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_shuffling_is_new_in_each_epoch_and_each_fit():
    def after(**arguments):
        model = compiled()
        model.set_weights([np.full(view.shape, 0.01) for view in model.weights])
        model.seed = 5
        model.fit(*digits(), batch_size=16, verbose=0, **arguments)
        return model.get_weights()[0]

    assert (after(shuffle=False) == after(shuffle=False)).all()
    assert (after() == after()).all()
    assert (after() != after(shuffle=False)).any()
    assert (after(initial_epoch=1, epochs=2) != after()).any()


def test_fit_in_parts_is_fit_at_once():
    martlet.utils.set_random_seed(3)
    whole, parts = compiled("adam"), compiled("adam")
    parts.set_weights(whole.get_weights())
    parts.seed = whole.seed
    whole.fit(*digits(), epochs=4, verbose=0)
    parts.fit(*digits(), epochs=2, verbose=0)
    parts.fit(*digits(), initial_epoch=2, epochs=4, verbose=0)
    assert parts.epochs_trained == whole.epochs_trained == 4
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


class Interrupt(Callback):
    """Sends Ctrl-C's signal in the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)


def test_ctrl_c_raises_and_keeps_the_history():
    model = compiled()
    with pytest.raises(KeyboardInterrupt):
        model.fit(*digits(), epochs=9, verbose=0, callbacks=Interrupt())
    assert len(model.history.history["loss"]) == 2
    model.fit(*digits(), verbose=0)


def test_ctrl_c_returns_the_history_when_asked():
    model = compiled()
    ends = []
    callbacks = [Interrupt(), LambdaCallback(on_train_end=ends.append)]
    history = model.fit(*digits(), epochs=9, verbose=0, callbacks=callbacks, on_interrupt="return")
    assert len(history.history["loss"]) == 2
    assert ends[0]["loss"] == history.history["loss"][-1]
    assert np.isfinite(model.predict(digits()[0])).all()


def test_ctrl_c_stops_a_long_epoch_quickly():
    model = compiled(units=256)
    x, y = digits(2000)
    x, y = np.tile(x, (200, 1, 1)), np.tile(y, 200)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    history = model.fit(x, y, epochs=1000, batch_size=8, verbose=0, on_interrupt="return")
    assert time.monotonic() - start < 10
    assert len(history.epoch) < 1000


def test_two_models_train_in_two_threads():
    models = [compiled() for _ in range(2)]
    x, y = digits(512)
    threads = [
        threading.Thread(target=model.fit, args=(x, y), kwargs={"epochs": 5, "verbose": 0})
        for model in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(len(model.history.epoch) == 5 for model in models)


def test_keras_switches_are_taken():
    model = classifier()
    model.compile(
        "sgd", "categorical_crossentropy", run_eagerly=True, jit_compile=True, steps_per_execution=4
    )
    model.fit(*digits(), verbose=0)


def test_compile_again_keeps_weights_and_restarts_the_optimizer():
    model = compiled("adam")
    model.fit(*digits(), verbose=0)
    weights = model.get_weights()
    model.compile("adam", "sparse_categorical_crossentropy")
    assert model.optimizer.iterations == 0
    for a, b in zip(model.weights, weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_compile_before_building():
    model = martlet.Sequential([martlet.layers.Flatten(), martlet.layers.Dense(CLASSES)])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert model.optimizer.learning_rate == 0.001
    model.optimizer.learning_rate = 0.5
    model.build((None, *SHAPE))
    assert model.optimizer.learning_rate == pytest.approx(0.5)
