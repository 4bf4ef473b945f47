from __future__ import annotations

import time
import types

import numpy as np
import pytest

from api_support import compiled, digits
from martlet import _core
from martlet.callbacks import Callback, CallbackList, LambdaCallback, ProgbarLogger


class Display(Callback):
    def __init__(self):
        self.seen = []

    def on_train_progress(self, batch, batches, logs):
        self.seen.append((batch, logs))


def ear_for(*callbacks, kind="train"):
    model = types.SimpleNamespace(stop_training=False)
    return CallbackList(callbacks, model, {}).ear(kind, lambda values: {"loss": values[0]})


def test_nobody_listens():
    assert ear_for(Callback(), LambdaCallback(on_epoch_end=print)).progress is None


def test_a_display_needs_no_call_for_every_batch():
    ear = ear_for(Display())
    assert ear.interval == _core.DISPLAY_INTERVAL
    assert ear_for(Display(), kind="test").progress is None


def test_displays_are_spared_when_another_callback_wants_every_batch():
    display = Display()
    batches = []
    ear = ear_for(display, LambdaCallback(on_batch_end=lambda batch, logs: batches.append(batch)))
    assert ear.interval == 0
    for batch in range(1, 101):
        ear.progress(batch, 100, batch * 8, (0.5,), batch % 20 == 0)
    assert batches == list(range(100))
    assert len(display.seen) == 5
    assert display.seen[0][1] == {"loss": 0.5}


def test_the_engine_says_when_a_display_should_change(new_core):
    """By its one clock: however fast the batches are, not more often than five times a second."""
    x, y = np.zeros((4096, 12), np.float32), np.zeros(4096, np.int64)
    shows = []
    start = time.monotonic()
    while time.monotonic() - start < 0.5:
        new_core().train(
            [x], [y], None, None, 16, False, 0, 0, 0.0, lambda *progress: shows.append(progress[4])
        )
        assert sum(shows) <= (time.monotonic() - start) / _core.DISPLAY_INTERVAL
    assert len(shows) > 256


@pytest.mark.parametrize("stop", [True, np.True_, 1])
def test_whatever_is_true_ends_training_after_the_batch(new_core, stop):
    model = types.SimpleNamespace(stop_training=stop)
    ear = CallbackList([LambdaCallback(on_train_batch_end=print)], model, {}).ear(
        "train", lambda values: {}
    )
    x, y = np.zeros((64, 12), np.float32), np.zeros(64, np.int64)
    _, batches, _, stopped = new_core().train(
        [x], [y], None, None, 16, False, 0, 0, ear.interval, ear.progress
    )
    assert (batches, stopped) == (1, True)


def test_only_callbacks_are_taken():
    with pytest.raises(TypeError, match="Callback objects"):
        CallbackList([len], None, {})
    with pytest.raises(TypeError, match="Callback objects, received 3"):
        CallbackList(3, None, {})


def test_lists_within_lists_are_taken():
    first, second = Callback(), Callback()
    assert CallbackList([[first], (second,)], None, {}).callbacks == [first, second]


def test_all_callbacks_are_closed_when_one_of_them_raises_in_close():
    closed = []

    class Closes(Callback):
        def __init__(self, name, raises=False):
            self.name, self.raises = name, raises

        def close(self):
            closed.append(self.name)
            if self.raises:
                raise KeyError(self.name)

    everyone = CallbackList([Closes(1), Closes(2, True), Closes(3)], None, {})
    with pytest.raises(KeyError, match="2"):
        everyone.call("close")
    assert closed == [1, 2, 3]


HOOKS = [
    *(f"on_train_{when}" for when in ("begin", "end", "batch_begin", "batch_end")),
    *("on_epoch_begin", "on_epoch_end", "on_batch_begin", "on_batch_end"),
    *("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"),
]


@pytest.mark.parametrize("hook", HOOKS)
def test_what_a_hook_raises_passes_unchanged_and_the_model_stays_usable(hook):
    error = KeyError("mine")
    closed = []

    def fail(*arguments):
        raise error

    class Closes(Callback):
        def close(self):
            closed.append(self)

    x, y = digits(32)
    model = compiled()
    callbacks = [LambdaCallback(**{hook: fail}), Closes()]
    with pytest.raises(KeyError) as caught:
        model.fit(x, y, verbose=0, validation_data=(x, y), callbacks=callbacks)
    assert caught.value is error
    assert closed == callbacks[1:]
    assert np.isfinite(model.fit(x, y, verbose=0).history["loss"]).all()


def test_a_progbar_logger_shows_what_verbose_says(capsys):
    x, y = digits(32)
    for verbose, shown in ((0, False), (2, True)):
        compiled().fit(x, y, verbose=verbose, callbacks=[ProgbarLogger()])
        assert capsys.readouterr().out.count("Epoch 1/1") == shown
