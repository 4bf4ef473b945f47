"""Wrong arguments that used to end in an error from deep inside: each is now refused by name."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import martlet
from api_support import compiled, digits, linear
from martlet import callbacks, layers

X, Y = digits(32)

DEEP: list = []
for _ in range(3000):
    DEEP = [DEEP]


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


CALLS = {
    "None for a parameter's name": (
        lambda: compiled().layers[1].assign(None, np.ones(3)),
        TypeError,
        "expected name to be a string, received None",
    ),
    "None among metrics": (
        lambda: linear().compile("adam", "mse", metrics=[None]),
        TypeError,
        "expected metrics to be names or Metric objects, received None",
    ),
    "None among losses": (
        lambda: linear().compile("adam", [None]),
        TypeError,
        "Expected loss to be a name",
    ),
    "clone_model of a number": (
        lambda: martlet.models.clone_model(5),
        TypeError,
        "clone_model: expected a model, received 5",
    ),
    "an array for True or False": (
        lambda: layers.Dense(3, use_bias=np.ones(3)),
        TypeError,
        "expected use_bias to be True or False",
    ),
    "a string for True or False": (
        lambda: layers.Dense(3, use_bias="False"),
        TypeError,
        "expected use_bias to be True or False, received 'False'",
    ),
    "an array for a choice": (
        lambda: layers.Conv2D(2, 3, padding=np.ones(3)),
        ValueError,
        "expected padding to be one of",
    ),
    "an array for data_format": (
        lambda: layers.Conv2D(2, 3, data_format=np.ones(3)),
        ValueError,
        "channels_last",
    ),
    "an array for an activation": (
        lambda: layers.Dense(3, activation=np.ones(3)),
        TypeError,
        "Expected activation to be a name",
    ),
    "an integer beyond the engine's": (
        lambda: compiled().fit(X, Y, batch_size=1 << 63, verbose=0),
        ValueError,
        "expected batch_size to be at most",
    ),
    "a number beyond floats": (
        lambda: martlet.optimizers.SGD(10**400),
        ValueError,
        "learning_rate",
    ),
    "a list for a path": (
        lambda: compiled().load_weights(["w.safetensors"]),
        TypeError,
        "to be a path",
    ),
    "a path with a null": (
        lambda: compiled().save_weights("a\0b"),
        ValueError,
        "names no file",
    ),
    "a path that is no text": (
        lambda: compiled().save_weights("a\ud800b"),
        ValueError,
        "names no file",
    ),
    "a list within itself thousands of times": (
        lambda: layers.Dense(DEEP),
        TypeError,
        # Python 3.13 can show so deep a list.
        "expected units to be a positive integer, received ",
    ),
    "something that cannot be shown": (
        lambda: layers.Dense(Unprintable()),
        TypeError,
        "received <Unprintable>",
    ),
    "a slash in a name": (
        lambda: layers.Dense(3, name="a/b"),
        ValueError,
        'expected a name without "/"',
    ),
    "a number as a name": (
        lambda: layers.Dense(3, name=7),
        TypeError,
        "expected name to be a string, received 7",
    ),
    "a list for predict of one input": (
        lambda: compiled().predict([X, X, X], verbose=0),
        ValueError,
        "received",
    ),
    "two arrays for predict_on_batch of one input": (
        lambda: compiled().predict_on_batch([X, X]),
        ValueError,
        "received",
    ),
    "a configuration without layers": (
        lambda: martlet.Sequential.from_config({"name": "a"}),
        ValueError,
        'which has "layers"',
    ),
    "a configuration of another kind": (
        lambda: martlet.Model.from_config(
            {"layers": [], "nodes": [{"layer": 3, "inputs": []}], "inputs": [], "outputs": []}
        ),
        ValueError,
        "expected a number below 0, received 3",
    ),
    "a shape without its batch axis": (
        lambda: martlet.Sequential([layers.Dense(3)]).build(4),
        TypeError,
        "with the batch axis in front",
    ),
    "division by zero": (
        lambda: martlet.Input((4,)) / 0,
        ZeroDivisionError,
        "divisor other than 0",
    ),
    "a hook that is no function": (
        lambda: callbacks.LambdaCallback(on_epoch_end=5),
        TypeError,
        "expected on_epoch_end to be a function",
    ),
    "a name in a path that the epoch has no number for": (
        lambda: compiled().fit(
            X, Y, verbose=0, callbacks=callbacks.ModelCheckpoint("{val_loss}.safetensors")
        ),
        ValueError,
        "filepath has the name 'val_loss'",
    ),
    "a path that cannot be filled in": (
        lambda: compiled().fit(
            X, Y, verbose=0, callbacks=callbacks.ModelCheckpoint("{epoch:q}.safetensors")
        ),
        ValueError,
        "cannot be filled in",
    ),
    "an empty array for softmax": (
        lambda: martlet.activations.softmax(np.ones((3, 0))),
        ValueError,
        "expected axis to be one with numbers",
    ),
    "text for softmax": (
        lambda: martlet.activations.softmax("relu"),
        TypeError,
        "x: expected numbers, received 'relu'",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_the_message_names_what_was_expected(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call, kind, words = CALLS[case]
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)
    assert type(caught.value) is kind


def test_a_missing_folder_is_found_before_the_first_epoch(tmp_path):
    model = compiled()
    before = model.get_weights()
    checkpoint = callbacks.ModelCheckpoint(tmp_path / "none" / "{epoch}.safetensors")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        model.fit(X, Y, verbose=0, callbacks=checkpoint)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("value", ["0.5", None, [1, 2], np.array("a"), object()])
def test_a_number_of_the_logs_that_is_none(value):
    def spoil(epoch, logs):
        logs["val_loss"] = value

    watched = [callbacks.LambdaCallback(on_epoch_end=spoil), callbacks.EarlyStopping(mode="min")]
    if value is None:
        with (
            pytest.warns(UserWarning, match="val_loss"),
            pytest.raises(TypeError, match="val_loss"),
        ):
            compiled().fit(X, Y, verbose=0, callbacks=watched)
    else:
        with pytest.raises(TypeError, match=r'logs\["val_loss"\] to be a number'):
            compiled().fit(X, Y, verbose=0, callbacks=watched)


def test_an_array_among_the_metrics_is_kept_and_not_monitored():
    model = compiled(metrics=[martlet.metrics.F1Score(name="f1")])
    history = model.fit(X, Y, verbose=0).history
    assert history["f1"][0].shape == (4,)
    with pytest.raises(TypeError, match=r'"f1" to be one number.*shape \(4,\).*average="macro"'):
        model.fit(X, Y, verbose=0, callbacks=callbacks.EarlyStopping("f1", mode="max"))


def test_a_learning_rate_of_zero_changes_nothing():
    model = compiled("sgd")
    before = model.get_weights()
    model.optimizer.learning_rate = 0
    model.fit(X, Y, verbose=0)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_compiling_while_another_thread_fits_is_refused():
    model = compiled()
    started = threading.Event()
    hear = callbacks.LambdaCallback(on_train_batch_end=lambda *_: started.set())
    thread = threading.Thread(
        target=lambda: model.fit(X, Y, epochs=500, verbose=0, batch_size=4, callbacks=hear)
    )
    thread.start()
    started.wait()
    with pytest.raises(RuntimeError, match="fit\\(\\) is under way"):
        model.compile("sgd", "mse", metrics=["mse", "mae"])
    model.stop_training = True
    thread.join()
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert np.isfinite(model.train_on_batch(X, Y))
