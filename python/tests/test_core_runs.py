"""Runs from Python: progress, exceptions, signals, threads, the GIL, forks."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest

from martlet import _core


@pytest.fixture
def long_run(new_core, train):
    """A model and a run that lasts minutes unless something ends it."""
    core = new_core(units=256, shape=(784,))
    x = np.zeros((64, 784), np.uint8)
    y = np.zeros(len(x), np.uint8)
    rows = np.arange(5_000_000) % len(x)

    def run(**changes):
        return train(core, x, y, rows=rows, batch_size=64, **changes)

    return core, run


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


def raise_after(seconds, number):
    timer = threading.Timer(seconds, signal.raise_signal, [number])
    timer.start()
    return timer


@pytest.mark.parametrize("progress", [None, lambda *_: None], ids=["silent", "with progress"])
@pytest.mark.parametrize("interval", [0.0, 1000.0])
def test_ctrl_c_ends_training_and_leaves_the_model_whole(long_run, parameters, progress, interval):
    core, run = long_run
    timer = raise_after(0.3, signal.SIGINT)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(progress=progress, interval=interval)
    assert time.monotonic() - start < 5
    timer.join()
    iterations = core.get_hyperparameter("iterations")
    assert iterations > 0
    assert np.isfinite(parameters(core)).all()
    _, batches, _, stopped = run(progress=lambda *_: True)
    assert (batches, stopped) == (1, True)
    assert core.get_hyperparameter("iterations") == iterations + 1


def test_other_signal_handlers_run_during_training(long_run):
    _, run = long_run
    seen = []
    previous = signal.signal(signal.SIGUSR1, lambda *_: seen.append(None))
    timers = [raise_after(0.1 * (1 + index), signal.SIGUSR1) for index in range(3)]
    try:
        run(interval=0.01, progress=lambda *_: len(seen) == 3)
    finally:
        for timer in timers:
            timer.join()
        signal.signal(signal.SIGUSR1, previous)
    assert len(seen) == 3


def test_other_threads_go_on_during_training(long_run):
    """A counter that needs the GIL advances while the engine works."""
    _, run = long_run
    count, done = 0, threading.Event()

    def advance():
        nonlocal count
        while not done.wait(0.001):
            count += 1

    thread = threading.Thread(target=advance)
    thread.start()
    start = time.monotonic()
    run(interval=0.5, progress=lambda *_: True)
    counted, elapsed = count, time.monotonic() - start
    done.set()
    thread.join()
    assert elapsed > 0.4
    assert counted > 50


def test_two_threads_on_one_model_take_turns(core, samples, train):
    """Neither a deadlock with the GIL nor a lost update."""
    errors = []

    def work():
        try:
            for _ in range(20):
                train(core, *samples, progress=lambda *_: None)
                core.describe()
                core.predict([samples[0]], None, 16, 0.0, None)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert core.get_hyperparameter("iterations") == 4 * 20 * 13


def test_two_models_train_at_the_same_time_as_if_alone(new_core, samples, train, parameters):
    alone = new_core()
    for epoch in range(5):
        train(alone, *samples, shuffle=True, epoch=epoch)
    together = [new_core(), new_core()]
    barrier = threading.Barrier(2)

    def work(core):
        barrier.wait()
        for epoch in range(5):
            train(core, *samples, shuffle=True, epoch=epoch)

    threads = [threading.Thread(target=work, args=(core,)) for core in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for core in together:
        np.testing.assert_array_equal(parameters(core), parameters(alone))


def test_a_fork_after_training_can_train(new_core, samples, train, parameters):
    core, twin = new_core(), new_core()
    for model in (core, twin):
        train(model, *samples)
    train(twin, *samples)
    expected = parameters(twin).tobytes()
    child = os.fork()
    if child == 0:  # The child must never return into pytest.
        status = 1
        try:
            train(core, *samples)
            status = 0 if parameters(core).tobytes() == expected else 2
        finally:
            os._exit(status)
    train(core, *samples)
    assert wait_for(child) == 0
    assert parameters(core).tobytes() == expected


def wait_for(child, seconds=30):
    """The exit status of a child process, which is killed when it hangs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        finished, status = os.waitpid(child, os.WNOHANG)
        if finished:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail(f"the child did not finish in {seconds} seconds")


EXIT_DURING_TRAINING = """
import sys, threading, time
import numpy as np
sys.path.insert(0, {tests!r})
from core_support import CONFIGURATION, architecture, classifier_layers, train
from martlet import _core
core = _core.Model(architecture(*classifier_layers(64), shape=(784,)), 1)
core.compile(CONFIGURATION)
x, y, rows = np.zeros((64, 784), np.uint8), np.zeros(64, np.uint8), np.arange(5_000_000) % 64
work = lambda: train(core, x, y, rows=rows, progress=lambda *_: None)
threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
print("leaving")
"""


def test_python_can_exit_while_a_daemon_thread_trains():
    script = EXIT_DURING_TRAINING.format(tests=os.path.dirname(__file__))
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout) == (0, "leaving\n"), result.stderr


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
