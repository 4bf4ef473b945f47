from __future__ import annotations

import csv

import numpy as np
import pytest

from api_support import compiled, digits
from martlet import callbacks
from martlet.callbacks import Callback, LambdaCallback

X, Y = digits(64)


class Recorder(Callback):
    """Writes down every call."""

    def __init__(self):
        self.calls = []


def _recording(hook):
    def method(self, *arguments):
        numbers = [item for item in arguments if isinstance(item, int)]
        self.calls.append((hook, *numbers))

    return method


for _hook in [name for name in vars(Callback) if name.startswith("on_")]:
    if _hook not in ("on_batch_begin", "on_batch_end") and not _hook.endswith("progress"):
        setattr(Recorder, _hook, _recording(_hook))


def test_hooks_come_in_keras_order():
    recorder = Recorder()
    compiled().fit(
        X[:40], Y[:40], batch_size=16, validation_split=0.2, verbose=0, callbacks=[recorder]
    )
    assert recorder.calls == [
        ("on_train_begin",),
        ("on_epoch_begin", 0),
        ("on_train_batch_begin", 0),
        ("on_train_batch_end", 0),
        ("on_train_batch_begin", 1),
        ("on_train_batch_end", 1),
        ("on_test_begin",),
        ("on_test_batch_begin", 0),
        ("on_test_batch_end", 0),
        ("on_test_end",),
        ("on_epoch_end", 0),
        ("on_train_end",),
    ]


def test_predict_and_evaluate_call_theirs():
    recorder = Recorder()
    model = compiled()
    many = np.tile(X, (5, 1, 1))
    model.predict(many, callbacks=recorder)
    assert [call[0] for call in recorder.calls] == [
        "on_predict_begin",
        *["on_predict_batch_begin", "on_predict_batch_end"] * 2,
        "on_predict_end",
    ]
    recorder.calls.clear()
    model.evaluate(X, Y, verbose=0, callbacks=[recorder])
    assert recorder.calls[0] == ("on_test_begin",)


def test_batch_logs_are_means_so_far():
    seen = []
    model = compiled()
    history = model.fit(
        X,
        Y,
        batch_size=16,
        verbose=0,
        callbacks=LambdaCallback(on_batch_end=lambda batch, logs: seen.append((batch, logs))),
    )
    assert [batch for batch, _ in seen] == [0, 1, 2, 3]
    assert seen[-1][1]["loss"] == pytest.approx(history.history["loss"][0])
    assert set(seen[0][1]) == {"loss", "accuracy"}


def test_stopping_in_a_batch_ends_the_epoch():
    batches = []

    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            batches.append(batch)
            self.model.stop_training = batch == 1

    history = compiled().fit(X, Y, batch_size=8, epochs=5, verbose=0, callbacks=[Stop()])
    assert batches == [0, 1]
    assert history.epoch == [0]


def test_errors_in_callbacks_come_out():
    def fail(epoch, logs):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        compiled().fit(X, Y, verbose=0, callbacks=[LambdaCallback(on_epoch_end=fail)])

    class Fail(Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise ZeroDivisionError

    model = compiled()
    with pytest.raises(ZeroDivisionError):
        model.fit(X, Y, verbose=0, callbacks=[Fail()])
    model.fit(X, Y, verbose=0)


def test_callbacks_may_use_the_model():
    kernels = []

    class Look(Callback):
        def on_train_batch_end(self, batch, logs=None):
            kernels.append(self.model.layers[1].kernel.copy())
            self.model.predict(X[:1])

    compiled().fit(X, Y, batch_size=16, verbose=0, callbacks=[Look()])
    assert len(kernels) == 4
    assert (kernels[0] != kernels[1]).any()


def scripted(name, values):
    """A callback that puts given numbers into the logs, before others see them."""

    def put(epoch, logs):
        logs[name] = values[epoch]

    return LambdaCallback(on_epoch_end=put)


def test_early_stopping_waits_and_restores():
    snapshots = []
    model = compiled()
    keep = LambdaCallback(on_epoch_end=lambda epoch, logs: snapshots.append(model.get_weights()))
    stop = callbacks.EarlyStopping("score", patience=2, mode="min", restore_best_weights=True)
    script = scripted("score", [3.0, 1.0, 2.0, 2.0, 2.0, 0.0])
    history = model.fit(X, Y, epochs=6, verbose=0, callbacks=[script, keep, stop])
    assert history.epoch == [0, 1, 2, 3]
    assert (stop.best, stop.best_epoch, stop.stopped_epoch) == (1.0, 1, 3)
    for now, best in zip(model.weights, snapshots[1], strict=True):
        np.testing.assert_array_equal(now, best)


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [
        ({"mode": "max", "patience": 1}, 2),
        ({"min_delta": 0.5, "patience": 1}, 3),
        ({"patience": 9}, 5),
        ({"patience": 2, "start_from_epoch": 3}, 5),
    ],
)
def test_early_stopping_settings(arguments, epochs):
    stop = callbacks.EarlyStopping("score", **{"mode": "min", **arguments})
    script = scripted("score", [3.0, 2.0, 1.9, 1.8, 1.7])
    history = compiled().fit(X, Y, epochs=5, verbose=0, callbacks=[script, stop])
    assert len(history.epoch) == epochs


def test_a_number_that_is_not_there_is_warned_of_once():
    with pytest.warns(UserWarning, match="validation_data") as caught:
        compiled().fit(X, Y, epochs=3, verbose=0, callbacks=[callbacks.EarlyStopping()])
    assert len(caught) == 1


def test_reduce_lr_on_plateau():
    model = compiled()
    script = scripted("score", [1.0] * 7)
    reduce = callbacks.ReduceLROnPlateau("score", 0.5, patience=2, mode="min", min_lr=0.002)
    history = model.fit(X, Y, epochs=7, verbose=0, callbacks=[script, reduce]).history
    assert history["learning_rate"] == pytest.approx([0.01] * 3 + [0.005] * 2 + [0.0025] * 2)
    assert model.optimizer.learning_rate == pytest.approx(0.002)


def test_learning_rate_scheduler():
    model = compiled()
    schedule = callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2, verbose=0)
    history = model.fit(X, Y, epochs=3, verbose=0, callbacks=[schedule]).history
    assert history["learning_rate"] == pytest.approx([0.005, 0.0025, 0.00125])


def test_csv_logger(tmp_path):
    path = tmp_path / "log.csv"
    model = compiled()
    logger = callbacks.CSVLogger(path)
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[logger]).history
    model.fit(X, Y, epochs=1, verbose=0, callbacks=[callbacks.CSVLogger(path, append=True)])
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1", "0"]
    assert float(rows[1]["loss"]) == history["loss"][1]


def test_model_checkpoint(tmp_path):
    pytest.importorskip("safetensors")
    model = compiled()
    path = tmp_path / "{epoch:02d}-{score:.1f}.safetensors"
    best = callbacks.ModelCheckpoint(path, "score", mode="min", save_best_only=True)
    script = scripted("score", [2.0, 3.0, 1.0])
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[script, best])
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "01-2.0.safetensors",
        "03-1.0.safetensors",
    ]
    second = compiled()
    second.load_weights(tmp_path / "03-1.0.safetensors")
    np.testing.assert_array_equal(second.predict(X), model.predict(X))
    with pytest.raises(ValueError, match="save_weights_only"):
        callbacks.ModelCheckpoint("x.safetensors", save_weights_only=False)
    with pytest.raises(ValueError, match="safetensors"):
        callbacks.ModelCheckpoint("best.keras")


def test_terminate_on_nan(capsys):
    model = compiled()
    model.optimizer.learning_rate = 1e30
    history = model.fit(X, Y, epochs=50, verbose=0, callbacks=[callbacks.TerminateOnNaN()])
    assert len(history.epoch) < 50
    assert "smaller learning rate" in capsys.readouterr().out


def test_lambda_callback_knows_its_hooks():
    with pytest.raises(ValueError, match='"on_epoch_end"'):
        LambdaCallback(on_epoch_ends=print)
    with pytest.raises(TypeError, match="function"):
        LambdaCallback(on_epoch_end=3)


def test_a_history_or_bar_of_ones_own_is_the_only_one(capsys):
    mine = callbacks.History()
    history = compiled().fit(X, Y, verbose=2, callbacks=[mine, callbacks.ProgressBar(2)])
    assert history is mine
    assert len(mine.epoch) == 1
    assert capsys.readouterr().out.count("Epoch 1/1") == 1


def test_history_shows_itself():
    history = compiled().fit(X, Y, epochs=2, verbose=0)
    assert "2 epochs" in repr(history)
    assert history._repr_html_().count("<tr>") == 3


def test_close_is_called_however_a_run_ends():
    closed = []

    class Closing(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            raise RuntimeError("no")

        def close(self):
            closed.append(True)

    with pytest.raises(RuntimeError, match="no"):
        compiled().fit(X, Y, verbose=0, callbacks=[Closing()])
    assert closed == [True]
