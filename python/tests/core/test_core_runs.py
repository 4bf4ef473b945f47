"""Runs from Python: progress, exceptions, what they hold, odd options."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from martlet import _core


def test_a_run_tells_what_it_did(core, samples, train):
    values, batches, count, stopped = train(core, *samples)
    assert len(values) == 2
    assert (batches, count, stopped) == (13, 200, False)
    assert core.get_hyperparameter("iterations") == 13


def test_progress_is_called_after_every_batch(core, samples, train):
    calls = []
    values, *_ = train(core, *samples, progress=lambda *call: calls.append(call))
    assert [call[0] for call in calls] == list(range(1, 14))
    assert {call[1] for call in calls} == {13}
    assert [call[2] for call in calls] == [min(16 * batch, 200) for batch in range(1, 14)]
    assert calls[-1][3] == values


def test_an_interval_spares_calls(core, samples, train):
    calls = []
    train(core, *samples, interval=1000.0, progress=lambda *call: calls.append(call))
    assert not calls


def test_true_from_progress_ends_the_run(core, samples, train):
    _, batches, count, stopped = train(core, *samples, progress=lambda batch, *_: batch == 3)
    assert (batches, count, stopped) == (3, 48, True)


def test_other_answers_of_progress_do_not(core, samples, train):
    *_, stopped = train(core, *samples, progress=lambda *_: 1)
    assert not stopped


@pytest.mark.parametrize("method", ["train", "evaluate", "predict"])
def test_an_exception_in_progress_ends_the_run_and_is_raised(core, samples, method):
    def fail(batch, *_):
        raise LookupError(f"batch {batch}")

    x, y = samples
    data = {"train": (y, None, None), "evaluate": (y, None, None), "predict": (None,)}[method]
    lists = [[x], *([part] if part is y else part for part in data)]
    options = {"interval": 0.0, "progress": fail, "batch_size": 16}
    if method == "train":
        options |= {"shuffle": True, "seed": 0, "epoch": 0}
    names = ["inputs", "targets", "sample_weight", "rows"]
    if method == "predict":
        names = ["inputs", "rows"]
    with pytest.raises(LookupError, match="batch 1"):
        getattr(core, method)(**dict(zip(names, lists, strict=True)), **options)
    assert len(core.predict([x], None, 16, 0.0, None)[0]) == 200


def test_progress_may_use_the_model(core, samples, train):
    seen = []

    def look(*_):
        core.set_hyperparameter("learning_rate", 0.01)
        seen.append(core.get_hyperparameter("iterations"))
        core.view(0, 0, (1,), True)[0] += 1
        core.describe()

    train(core, *samples, progress=look)
    assert seen == list(range(1, 14))
    assert core.get_hyperparameter("learning_rate") == pytest.approx(0.01)


def test_arguments_are_released_after_a_run(core, samples, train):
    class Progress:
        def __call__(self, *_):
            return None

    x, y = (array.copy() for array in samples)
    progress = Progress()
    watched = [weakref.ref(thing) for thing in (x, y, progress)]
    train(core, x, y, progress=progress)
    with pytest.raises(ValueError, match="batch_size"):
        train(core, x, y, progress=progress, batch_size=0)
    del x, y, progress
    gc.collect()
    assert [reference() for reference in watched] == [None] * 3


def test_the_array_is_held_while_it_is_read(core, train):
    """The only reference to each array is the run's own."""
    y = np.zeros(200, np.uint8)
    garbage = []
    values, *_ = train(
        core,
        np.full((200, 12), 0.5, np.float32),
        y,
        progress=lambda *_: garbage.append(np.full((200, 12), np.nan, np.float32)),
    )
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"batch_size": 0}, ValueError),
        ({"batch_size": -3}, ValueError),
        ({"batch_size": 2.5}, TypeError),
        ({"batch_size": 2**63}, OverflowError),
        ({"seed": -1}, ValueError),
        ({"seed": 2**64}, ValueError),
        ({"seed": 0.5}, ValueError),
        ({"progress": 3}, TypeError),
        ({"interval": "soon"}, TypeError),
    ],
)
def test_odd_options_are_refused(core, samples, train, parameters, change, error):
    before = parameters(core)
    with pytest.raises(error):
        train(core, *samples, **change)
    if "progress" not in change:
        np.testing.assert_array_equal(parameters(core), before)


def test_a_huge_batch_is_the_whole_data(new_core, samples, train, parameters):
    huge, whole = new_core(), new_core()
    train(huge, *samples, batch_size=2**62)
    train(whole, *samples, batch_size=200)
    np.testing.assert_array_equal(parameters(huge), parameters(whole))


def test_labels_that_change_during_a_run_do_no_harm(core, samples, train):
    """Checked before the run, they are read again in it: memory must stay safe all the same."""
    x, y = samples[0], samples[1].copy()

    def spoil(*_):
        y[:] = 2**40

    train(core, x, y, progress=spoil)
    assert len(core.predict([x], None, 16, 0.0, None)[0]) == 200


def test_threads_can_be_set():
    before = _core.get_num_threads()
    try:
        _core.set_num_threads(1)
        assert _core.get_num_threads() == 1
        for count in (0, -1, 257):
            with pytest.raises(ValueError, match="thread"):
                _core.set_num_threads(count)
        assert _core.get_num_threads() == 1
    finally:
        _core.set_num_threads(before)
