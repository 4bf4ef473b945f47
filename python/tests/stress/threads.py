"""Eight threads that build, use, recompile and freeze models at the same time.

Run as a program: `threads.py SCENE ROUNDS SEED`. Exits with 0, or says on stderr what failed.
"""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable

import numpy as np

import martlet
from martlet import layers

THREADS = 8
X = np.random.default_rng(0).random((64, 12), dtype=np.float32)
Y = np.arange(64) % 3

Body = Callable[[int, random.Random], None]


def network(**options: bool) -> martlet.Sequential:
    """A small compiled model."""
    model = martlet.Sequential(
        [layers.Dense(16, activation="relu", input_shape=(12,), **options), layers.Dense(3)]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def together(rounds: int, seed: int, body: Body) -> None:
    """Calls `body` for every round, in eight threads; raises the first exception of any."""
    numbers = iter(range(rounds))
    turn = threading.Lock()
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        chance = random.Random(seed * THREADS + thread)
        try:
            while not failures:
                with turn:
                    number = next(numbers, None)
                if number is None:
                    return
                body(number, chance)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def build(rounds: int, seed: int) -> None:
    """Each thread builds models of its own, in all the ways that there are."""

    def body(number: int, chance: random.Random) -> None:
        model = network()
        assert np.isfinite(model.train_on_batch(X, Y)).all()
        inputs = martlet.Input((12,))
        other = martlet.Model(inputs, layers.Dense(3)(model.layers[0](inputs)))
        assert other.predict(X, verbose=0).shape == (64, 3)
        twin = martlet.models.clone_model(model)
        assert [layer.name for layer in twin.layers] == [layer.name for layer in model.layers]
        if chance.random() < 0.1:
            martlet.utils.set_random_seed(number)

    together(rounds, seed, body)


def use(rounds: int, seed: int) -> None:
    """All threads use one model: train, measure, predict, freeze, describe, recompile."""
    model = network()
    model.train_on_batch(X, Y)

    def freeze() -> None:
        layer = model.layers[0]
        layer.trainable = not layer.trainable

    def check_finite(values: object) -> None:
        assert np.isfinite(values).all(), values

    def recompile(*metrics: str) -> None:
        try:
            model.compile("sgd", "sparse_categorical_crossentropy", metrics=metrics)
        except RuntimeError as error:
            if "fit() is under way" not in str(error):
                raise

    acts = [
        freeze,
        recompile,
        lambda: recompile("accuracy"),
        lambda: check_finite(model.predict(X, verbose=0)),
        lambda: check_finite(model.train_on_batch(X, Y)),
        lambda: check_finite(model.evaluate(X, Y, verbose=0)),
        lambda: model.fit(X, Y, verbose=0),
        lambda: model.summary(print_fn=lambda _: None),
        lambda: model.plan(batch_size=16),
        lambda: model.built_model.describe(),
        lambda: model.set_weights(model.get_weights()),
        lambda: check_finite(model.optimizer.learning_rate),
    ]
    together(rounds, seed, lambda _, chance: chance.choice(acts)())


def first_use(rounds: int, seed: int) -> None:
    """All threads call a model that is not built yet: it is built once, and they see one model."""
    for number in range(rounds // THREADS):
        _first_use(seed + number)


def _first_use(seed: int) -> None:
    model = martlet.Sequential([layers.Dense(3)])
    ready = threading.Barrier(THREADS)
    seen: list[bytes] = []

    def body(*_: object) -> None:
        ready.wait()
        seen.append(model.predict(X, verbose=0).tobytes())

    together(THREADS, seed, body)
    assert len(seen) == THREADS
    assert set(seen) == {model.predict(X, verbose=0).tobytes()}, "threads saw several models"


def share(rounds: int, seed: int) -> None:
    """Threads build models on one layer, while others freeze it."""
    shared = layers.Dense(12, input_shape=(12,))
    first = martlet.Sequential([shared])
    first.build((None, 12))

    def body(number: int, _: random.Random) -> None:
        if number % 2:
            shared.trainable = not shared.trainable
        else:
            model = martlet.Sequential([layers.InputLayer((12,)), shared, layers.Dense(3)])
            assert np.isfinite(model.predict(X, verbose=0)).all()

    together(rounds, seed, body)
    described = first.built_model.describe()["layers"]
    assert described[-1]["trainable"] == shared.trainable, "the engine was told otherwise"


def train_shared(rounds: int, seed: int) -> None:
    """Models that share a layer train and predict at once, from callbacks too; nobody hangs.

    The layer's weights are equal and get equal gradients, so that outputs which differ tell of a
    model that has read half an update.
    """
    x, y = np.ones((32, 256), np.float32), np.ones((32, 256), np.float32)
    shared = layers.Dense(256, kernel_initializer="zeros", input_shape=(256,))
    models = [martlet.Sequential([layers.Input((256,)), shared]) for _ in range(3)]
    for model in models:
        model.compile(martlet.optimizers.SGD(1e-4), "mse")

    def look(model: martlet.Sequential) -> None:
        outputs = model.predict(x[:1], verbose=0)
        assert (outputs == outputs[0, 0]).all(), "half an update"

    def body(_: int, chance: random.Random) -> None:
        model, other = chance.sample(models, 2)
        callback = martlet.callbacks.LambdaCallback(on_train_batch_end=lambda *_: look(shadow))
        shadow = martlet.Sequential([layers.Input((256,)), shared])
        act = chance.randrange(4)
        if act == 0:
            model.fit(x, y, 8, verbose=0, callbacks=[callback])
        elif act == 1:
            other.train_on_batch(x, y)
        else:
            look(model)

    together(rounds, seed, body)


SCENES = {
    "build": build,
    "use": use,
    "first_use": first_use,
    "share": share,
    "train_shared": train_shared,
}

if __name__ == "__main__":
    # Threads that change over more often meet each other in more places.
    sys.setswitchinterval(1e-5)
    SCENES[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
