"""Networks that end in a sequence, against a twin in float64."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

STEPS, WORDS, WIDTH, CLASSES = 5, 7, 4, 3


def data(count, seed=0):
    """Padded sequences of words with a class for each step."""
    source = np.random.default_rng(seed)
    x = source.integers(1, WORDS, size=(count, STEPS))
    x[np.arange(STEPS) >= source.integers(1, STEPS + 1, size=(count, 1))] = 0
    return x, source.integers(0, CLASSES, size=(count, STEPS))


def model(mask_zero=True, wrapped=False):
    head = layers.Dense(CLASSES, activation="softmax")
    network = martlet.Sequential(
        [
            layers.Embedding(WORDS, WIDTH, mask_zero=mask_zero, input_shape=(STEPS,)),
            layers.TimeDistributed(head) if wrapped else head,
        ]
    )
    network.compile(
        martlet.optimizers.SGD(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return network


class Twin:
    """The same network, its loss by Keras's formula, and a step of SGD."""

    def __init__(self, weights):
        self.table, self.kernel, self.bias = (array.astype(np.float64) for array in weights)

    def probabilities(self, x):
        z = self.table[x] @ self.kernel + self.bias
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def loss(self, x, y, weights, mask):
        p = np.take_along_axis(self.probabilities(x), y[..., None], -1)[..., 0]
        return (-np.log(p) * weights[:, None] * mask).sum() / mask.sum()

    def step(self, x, y, weights, mask, rate):
        shares = (weights[:, None] * mask / mask.sum())[..., None]
        dz = (self.probabilities(x) - np.eye(CLASSES)[y]) * shares
        dtable = np.zeros_like(self.table)
        np.add.at(dtable, x, dz @ self.kernel.T)
        dkernel = np.einsum("ntw,ntc->wc", self.table[x], dz)
        self.table -= rate * dtable
        self.kernel -= rate * dkernel
        self.bias -= rate * dz.sum(axis=(0, 1))
        return [self.table, self.kernel, self.bias]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("mask_zero", [False, True])
@pytest.mark.parametrize("count", [1, 15, 17, 33])
def test_training_follows_the_twin(count, mask_zero, wrapped):
    network = model(mask_zero, wrapped)
    x, y = data(count)
    weights = np.random.default_rng(5).uniform(0.5, 2, size=count)
    mask = (x != 0) if mask_zero else np.ones_like(x)
    twin = Twin(network.get_weights())
    for _ in range(3):
        loss, accuracy = network.train_on_batch(x, y, sample_weight=weights)
        assert loss == pytest.approx(twin.loss(x, y, weights, mask), rel=1e-5)
        right = twin.probabilities(x).argmax(-1) == y
        assert accuracy == pytest.approx((right & (mask != 0)).sum() / mask.sum())
        expected = twin.step(x, y, weights, mask, 0.5)
        for received, array in zip(network.get_weights(), expected, strict=True):
            np.testing.assert_allclose(received, array, atol=1e-5)
    np.testing.assert_allclose(network.predict(x), twin.probabilities(x), atol=1e-5)


@pytest.mark.parametrize("form", ["(n, t)", "(n, t, 1)", "one-hot"])
def test_targets_have_three_forms(form):
    x, y = data(33)
    network = model()
    expected = network.evaluate(x, y)
    forms = {"(n, t)": y, "(n, t, 1)": y[..., None], "one-hot": np.eye(CLASSES)[y]}
    assert network.evaluate(x, forms[form]) == expected
    history = network.fit(x, forms[form], epochs=2, verbose=0, validation_split=0.2).history
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert network.predict(x).shape == (33, STEPS, CLASSES)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_change_a_bit(threads):
    x, y = data(200)
    results = []
    for count in (1, threads):
        before = martlet.get_num_threads()
        martlet.set_num_threads(count)
        try:
            martlet.utils.set_random_seed(3)
            network = model()
            network.fit(x, y, epochs=2, batch_size=70, verbose=0)
        finally:
            martlet.set_num_threads(before)
        results.append(network.get_weights())
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_wrong_targets_are_explained():
    x, y = data(10)
    with pytest.raises(ValueError, match=r"\(n, 5\).*\(n, 5, 3\).*\(10, 4\)"):
        model().evaluate(x, y[:, :4])
    with pytest.raises(ValueError, match=r"received \(10,\).*Flatten"):
        model().evaluate(x, y[:, 0])
    y[7, 2] = CLASSES
    with pytest.raises(ValueError, match=r"received 3 at row 7, place 2"):
        model().evaluate(x, y)


def test_classes_have_no_weights_step_by_step():
    x, y = data(10)
    with pytest.raises(ValueError, match=r"class_weight.*sample_weight"):
        model().fit(x, y, class_weight={0: 2.0}, verbose=0)


def test_a_layer_for_every_frame():
    shared = layers.Conv2D(2, 2, activation="relu")
    frames = martlet.Sequential(
        [layers.TimeDistributed(shared, input_shape=(3, 4, 4, 1)), layers.Flatten()]
    )
    x = np.random.default_rng(0).normal(size=(17, 3, 4, 4, 1)).astype(np.float32)
    single = martlet.Sequential([layers.Conv2D(2, 2, activation="relu", input_shape=(4, 4, 1))])
    single.set_weights(frames.get_weights())
    expected = np.stack([single.predict(x[:, step]) for step in range(3)], axis=1)
    np.testing.assert_allclose(frames.predict(x), expected.reshape(17, -1), atol=1e-6)
    clone = martlet.models.clone_model(frames)
    assert clone.get_config() == frames.get_config()


def test_pooling_over_time():
    x = np.random.default_rng(0).normal(size=(17, 6, 3)).astype(np.float32)

    def run(layer):
        return martlet.Sequential([layer]).predict(x)

    shape = {"input_shape": (6, 3)}
    pairs = x.reshape(17, 3, 2, 3)
    np.testing.assert_array_equal(run(layers.MaxPooling1D(**shape)), pairs.max(axis=2))
    np.testing.assert_allclose(
        run(layers.AveragePooling1D(2, **shape)), pairs.mean(axis=2), atol=1e-6
    )
    np.testing.assert_array_equal(run(layers.GlobalMaxPooling1D(**shape)), x.max(axis=1))
    np.testing.assert_allclose(
        run(layers.GlobalAveragePooling1D(keepdims=True, **shape)),
        x.mean(axis=1, keepdims=True),
        atol=1e-6,
    )
