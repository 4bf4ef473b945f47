from __future__ import annotations

import types

import pytest

from martlet.callbacks import Callback, CallbackList, LambdaCallback, callback_list


class Display(Callback):
    def __init__(self):
        self.seen = []

    def on_train_progress(self, batch, batches, logs):
        self.seen.append((batch, logs))


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = types.SimpleNamespace(seconds=100.0)
    fake = types.SimpleNamespace(monotonic=lambda: now.seconds)
    monkeypatch.setattr(callback_list, "time", fake)
    return now


def ear_for(*callbacks, kind="train"):
    model = types.SimpleNamespace(stop_training=False)
    return CallbackList(callbacks, model, {}).ear(kind, ["loss"])


def test_nobody_listens():
    assert ear_for(Callback(), LambdaCallback(on_epoch_end=print)).progress is None


def test_a_display_needs_no_call_for_every_batch():
    ear = ear_for(Display())
    assert ear.interval == callback_list.DISPLAY_INTERVAL
    assert ear_for(Display(), kind="test").progress is None


def test_displays_are_spared_when_another_callback_wants_every_batch(clock):
    display = Display()
    batches = []
    ear = ear_for(display, LambdaCallback(on_batch_end=lambda batch, logs: batches.append(batch)))
    assert ear.interval == 0
    for batch in range(1, 101):
        clock.seconds += 0.01
        ear.progress(batch, 100, batch * 8, (0.5,))
    assert batches == list(range(100))
    assert 4 <= len(display.seen) <= 5
    assert display.seen[0][1] == {"loss": 0.5}


def test_only_callbacks_are_taken():
    with pytest.raises(TypeError, match="Callback objects"):
        CallbackList([len], None, {})
    with pytest.raises(TypeError, match="Callback objects, received 3"):
        CallbackList(3, None, {})


def test_lists_within_lists_are_taken():
    first, second = Callback(), Callback()
    assert CallbackList([[first], (second,)], None, {}).callbacks == [first, second]
