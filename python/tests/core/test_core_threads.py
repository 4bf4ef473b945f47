"""Runs beside the rest of the process: signals, threads, the GIL, forks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest


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
    script = EXIT_DURING_TRAINING.format(tests=str(Path(__file__).parents[1]))
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout) == (0, "leaving\n"), result.stderr
