"""Settings take effect when they say: freezing, learning rates, threads, batches of measuring."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits, linear
from martlet import layers
from martlet.callbacks import Callback, LambdaCallback

X, Y = digits(64)


@pytest.fixture
def threads():
    before = martlet.get_num_threads()
    yield martlet.set_num_threads
    martlet.set_num_threads(before)


def kernels_by_batch(model, act):
    """The first kernel after each batch of a `fit` in which `act(batch)` is called after each."""
    seen = []

    def after(batch, logs):
        seen.append(model.layers[1].kernel.copy())
        act(batch)

    callback = LambdaCallback(on_train_batch_end=after)
    model.fit(X, Y, batch_size=8, shuffle=False, verbose=0, callbacks=[callback])
    return seen


def test_a_layer_frozen_in_a_batch_callback_rests_from_the_next_batch():
    model = compiled()

    def freeze(batch):
        model.layers[1].trainable = not 2 <= batch < 5

    seen = kernels_by_batch(model, freeze)
    moved = [bool((seen[i] != seen[i - 1]).any()) for i in range(1, 8)]
    assert moved == [True, True, False, False, False, True, True]


def test_a_model_frozen_in_a_batch_callback_is_the_same_as_one_frozen_between_two_fits():
    first, second = compiled(), compiled()
    second.set_weights(first.get_weights())

    def freeze(batch):
        if batch == 3:
            first.layers[1].trainable = False

    kernels_by_batch(first, freeze)
    second.fit(X[:32], Y[:32], batch_size=8, shuffle=False, verbose=0)
    second.layers[1].trainable = False
    second.fit(X[32:], Y[32:], batch_size=8, shuffle=False, verbose=0)
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_learning_rate_of_a_batch_callback_holds_from_the_next_batch():
    model = compiled()

    def slow(batch):
        model.optimizer.learning_rate = 0.0 if batch >= 2 else 0.1

    seen = kernels_by_batch(model, slow)
    moved = [bool((seen[i] != seen[i - 1]).any()) for i in range(1, 8)]
    assert moved == [True, True, False, False, False, False, False]


@pytest.mark.parametrize("training", [False, True])
def test_threads_set_between_two_calls_are_used_by_the_second(threads, training):
    model = linear(600, 600)
    model.compile("sgd", "mse")
    x = np.zeros((256, 600), np.float32)
    y = x if training else None
    used = []
    for count in (1, 2, 1, 2):
        threads(count)
        used.append(model.profile(x, y, batch_size=256).threads)
    assert used == [1, 2, 1, 2]


def test_threads_set_in_a_callback_change_no_result(threads):
    results = []
    for counts in ((1,), (1, 2), (2, 1, 3)):
        martlet.utils.set_random_seed(3)
        model = linear(600, 600)
        model.compile("sgd", "mse")
        x = np.random.default_rng(1).normal(size=(256, 600)).astype(np.float32)
        threads(counts[0])

        def change(batch, logs, counts=counts):
            threads(counts[batch % len(counts)])

        model.fit(x, x, 64, verbose=0, callbacks=[LambdaCallback(on_train_batch_end=change)])
        results.append(model.get_weights()[0])
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


class Counter(Callback):
    """Counts the batches of evaluate and predict."""

    def __init__(self):
        self.begun = self.ended = 0

    def on_test_batch_begin(self, batch, logs=None):
        self.begun += 1

    def on_test_batch_end(self, batch, logs=None):
        self.ended += 1

    on_predict_batch_begin = on_test_batch_begin
    on_predict_batch_end = on_test_batch_end


@pytest.mark.parametrize("size", [None, 1, 32, 255, 256, 300, 511, 999, 1000, 5000])
@pytest.mark.parametrize("kind", ["evaluate", "predict"])
def test_as_many_batches_are_run_as_params_say(kind, size):
    model, counter = compiled(), Counter()
    x, y = digits(1000)
    data = (x, y) if kind == "evaluate" else (x,)
    getattr(model, kind)(*data, batch_size=size, verbose=0, callbacks=[counter])
    steps = -(-1000 // min(max(size or 256, 256), 1000))
    assert (counter.params["steps"], counter.begun, counter.ended) == (steps,) * 3
    assert counter.params["epochs"] == 1
    assert counter.params["verbose"] == 0


@pytest.mark.parametrize("size", [1, 100, 128, 1000, 1001])
def test_as_many_batches_are_trained_as_params_say(size):
    seen = []
    callback = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    compiled().fit(*digits(1000), batch_size=size, verbose=0, callbacks=[callback])
    assert seen == list(range(callback.params["steps"]))


def test_a_short_predict_looks_at_verbose_too():
    with pytest.raises((TypeError, ValueError), match="verbose"):
        compiled().predict(X, verbose="loudly")


def test_precision_of_a_callback_waits_for_the_next_call():
    """As `set_float32_matmul_precision` says."""
    before = martlet.get_float32_matmul_precision()
    results = []
    try:
        for precision in ("highest", "medium"):
            martlet.utils.set_random_seed(1)
            model = martlet.Sequential(
                [
                    layers.Conv2D(16, 3, input_shape=(12, 12, 16)),
                    layers.Flatten(),
                    layers.Dense(4),
                ]
            )
            model.compile("sgd", "mse")
            x = np.random.default_rng(2).normal(size=(64, 12, 12, 16)).astype(np.float32)
            change = LambdaCallback(
                on_train_batch_end=lambda batch, logs, precision=precision: (
                    martlet.set_float32_matmul_precision(precision)
                )
            )
            model.fit(x, np.zeros((64, 4)), 32, verbose=0, callbacks=[change])
            results.append(model.get_weights()[0])
            martlet.set_float32_matmul_precision("highest")
    finally:
        martlet.set_float32_matmul_precision(before)
    np.testing.assert_array_equal(*results)


def test_a_setting_of_a_built_layer_does_not_pretend_to_change():
    model = compiled(dropout=0.5)
    with pytest.warns(UserWarning, match=r"rate stays 0\.5, because a model was built"):
        model.layers[2].rate = 0.9
    with pytest.warns(UserWarning, match="activation stays 'relu'"):
        model.layers[1].activation = "tanh"
    assert model.layers[2].rate == 0.5
    layer = layers.Dropout(0.5)
    layer.rate = 0.25
    assert martlet.Sequential([layers.Dense(2, input_shape=(3,)), layer]).layers[1].rate == 0.25


def test_stratify_without_a_split_is_no_setting_that_does_nothing():
    with pytest.raises(ValueError, match="validation_split with stratify"):
        compiled().fit(X, Y, stratify=True, verbose=0)
    with pytest.raises(ValueError, match="received validation_data"):
        compiled().fit(X, Y, stratify=Y, validation_data=(X, Y), verbose=0)
