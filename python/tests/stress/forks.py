"""Forks at random moments of another thread's work; every child must predict, train and end.

Run as a program: `forks.py SCENE COUNT SEED`. Exits with 0, or says on stderr what a child did.
"""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

import martlet
from martlet import layers

PATIENCE = 20.0
"""Seconds until a child counts as hanging; a healthy one takes milliseconds."""

X = np.random.default_rng(0).random((256, 784), dtype=np.float32)
Y = np.arange(256) % 10


def network() -> martlet.Sequential:
    """A compiled model whose batches are worth two threads."""
    model = martlet.Sequential(
        [layers.Dense(128, activation="relu", input_shape=(784,)), layers.Dense(10)]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def work_as_child(used: martlet.Model) -> None:
    """What the child of a fork does with the model in use at the fork, and with a new one."""
    probabilities = used.predict(X, verbose=0)
    assert np.isfinite(probabilities).all(), "predictions of the model in use are not finite"
    before = used.optimizer.iterations
    assert np.isfinite(used.train_on_batch(X, Y)).all(), "a step on the model in use"
    assert used.optimizer.iterations == before + 1, "an update was lost or counted twice"
    used.compile("sgd", "sparse_categorical_crossentropy")
    new = network()
    assert np.isfinite(new.train_on_batch(X, Y)).all(), "a step on a new model"
    assert new.predict(X, verbose=0).shape == (256, 10)


def in_child(body: Callable[[], None]) -> int:
    """Forks, and returns the child's id. The child runs `body` and exits."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        # Where a child hangs is the first thing that one wants to know.
        faulthandler.dump_traceback_later(PATIENCE * 0.8, exit=True)
        body()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)
    raise AssertionError


def check(child: int, scene: str) -> None:
    """Waits for a child; ends the program when it hung, crashed or failed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        finished, status = os.waitpid(child, os.WNOHANG)
        if finished:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            sys.exit(f"{scene}: a child hung")
        time.sleep(0.0005)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        sys.exit(f"{scene}: a child died of {signal.Signals(-code).name}")
    if code:
        sys.exit(f"{scene}: a child failed")


def beside(task: Callable[[martlet.Model], None]) -> Callable[[int, random.Random], None]:
    """A scene: another thread does `task` again and again while this one forks."""

    def scene(count: int, chance: random.Random) -> None:
        model = network()
        model.train_on_batch(X, Y)
        done = threading.Event()

        def go_on() -> None:
            while not done.is_set():
                task(model)

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            for _ in range(count):
                time.sleep(chance.random() * 0.004)
                check(in_child(lambda: work_as_child(model)), task.__name__)
        finally:
            done.set()
            thread.join()

    return scene


def fit(model: martlet.Model) -> None:
    """Epochs without a callback."""
    model.fit(X, Y, epochs=3, batch_size=32, verbose=0)


def fit_with_callback(model: martlet.Model) -> None:
    """Epochs with a callback after each batch, which waits for the interpreter's lock."""

    class Listener(martlet.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            sum(range(100))

    model.fit(X, Y, epochs=2, batch_size=32, verbose=0, callbacks=[Listener()])


def build(model: martlet.Model) -> None:
    """New models, compiled, measured and frozen, beside the one that is used."""
    new = network()
    new.evaluate(X, Y, verbose=0)
    new.layers[0].trainable = False
    model.predict(X, verbose=0)


def profile(model: martlet.Model) -> None:
    """Training that is taken back: no child may see a model amid it."""
    iterations = model.optimizer.iterations
    model.profile(X, Y, batch_size=64)
    assert model.optimizer.iterations == iterations


def from_callback(count: int, chance: random.Random) -> None:
    """The training thread itself forks, and the child trains on to the end of its epochs."""
    parent = os.getpid()
    children: list[int] = []

    class Forker(martlet.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            if os.getpid() != parent or chance.random() < 0.5 or len(children) == count:
                return
            child = os.fork()
            if child:
                children.append(child)
                check(child, "from_callback")
                return
            faulthandler.dump_traceback_later(PATIENCE * 0.8, exit=True)
            # The child stays in the run that called back.
            self.model.predict(X, verbose=0)
            network().train_on_batch(X, Y)

    model = network()
    while len(children) < count:
        model.fit(X, Y, epochs=2, batch_size=32, verbose=0, callbacks=[Forker()])
        if os.getpid() != parent:
            work_as_child(model)
            os._exit(0)


SCENES = {
    "fit": beside(fit),
    "fit_with_callback": beside(fit_with_callback),
    "build": beside(build),
    "profile": beside(profile),
    "from_callback": from_callback,
}

if __name__ == "__main__":
    martlet.set_num_threads(2)
    SCENES[sys.argv[1]](int(sys.argv[2]), random.Random(int(sys.argv[3])))
