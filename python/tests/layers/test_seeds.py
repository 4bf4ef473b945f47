"""`seed=` of layers that draw random numbers: it fixes them, whatever model the layer is in."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import martlet
from martlet import layers

SHAPES = {
    layers.Dropout: (12,),
    layers.SpatialDropout1D: (3, 12),
    layers.SpatialDropout2D: (2, 2, 12),
    layers.GaussianNoise: (12,),
    layers.GaussianDropout: (12,),
}
NOISY = list(SHAPES)
RECURRENT = [layers.SimpleRNN, layers.LSTM, layers.GRU]


def network(layer, shape, model_seed, before=0):
    """The layer behind a dense one, which starts as zero: its gradient tells what was drawn."""
    martlet.utils.set_random_seed(model_seed)
    inputs = x = martlet.Input(shape)
    for _ in range(before):
        x = layers.Activation("linear")(layers.ReLU()(x))
    outputs = layers.Dense(1, kernel_initializer="zeros")(layers.Flatten()(layer(x)))
    model = martlet.Model(inputs, outputs)
    model.compile(martlet.optimizers.SGD(1.0), "mse")
    return model


def drawn(layer, shape, model_seed=1, steps=2, before=0, count=5):
    """The kernel after each step: sums over samples, each weighted, of what the layer gave."""
    model = network(layer, shape, model_seed, before)
    x = np.ones((count, *shape), np.float32)
    y = 10.0 ** -np.arange(count)[:, None]
    kernels = []
    for _ in range(steps):
        model.layers[-1].assign("kernel", np.zeros_like(model.layers[-1].kernel))
        model.layers[-1].assign("bias", [0.0])
        model.train_on_batch(x, y)
        kernels.append(np.array(model.layers[-1].kernel))
    return np.array(kernels)


def differ(one, other):
    return not np.allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", NOISY)
def test_the_same_seed_gives_the_same_noise_in_models_of_other_seeds(kind):
    one = drawn(kind(0.5, seed=7), SHAPES[kind], model_seed=1)
    other = drawn(kind(0.5, seed=7), SHAPES[kind], model_seed=2)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", NOISY)
def test_the_same_seed_gives_the_same_noise_at_another_place_of_a_network(kind):
    one = drawn(kind(0.5, seed=7), SHAPES[kind])
    other = drawn(kind(0.5, seed=7), SHAPES[kind], before=2)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", NOISY)
def test_another_seed_gives_other_noise(kind):
    assert differ(drawn(kind(0.5, seed=7), SHAPES[kind]), drawn(kind(0.5, seed=8), SHAPES[kind]))


@pytest.mark.parametrize("kind", NOISY)
def test_each_step_has_noise_of_its_own(kind):
    first, second = drawn(kind(0.5, seed=7), SHAPES[kind])
    assert differ(first, second)


@pytest.mark.parametrize("kind", NOISY)
def test_without_a_seed_noise_follows_the_model(kind):
    one = drawn(kind(0.5), SHAPES[kind], model_seed=1)
    np.testing.assert_array_equal(one, drawn(kind(0.5), SHAPES[kind], model_seed=1))
    assert differ(one, drawn(kind(0.5), SHAPES[kind], model_seed=2))


def recurrent(kind, seed, **options):
    """Starting weights do not follow the model's seed, so that only the noise may differ."""
    starts = {
        "kernel_initializer": martlet.initializers.GlorotUniform(seed=1),
        "recurrent_initializer": martlet.initializers.Orthogonal(seed=2),
    }
    return kind(6, seed=seed, **starts, **options)


@pytest.mark.parametrize("share", ["dropout", "recurrent_dropout"])
@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_dropout_heeds_its_seed(kind, share):
    def run(seed, model_seed):
        return drawn(recurrent(kind, seed, **{share: 0.5}), (4, 8), model_seed, steps=1)

    np.testing.assert_array_equal(run(7, 1), run(7, 2))
    assert differ(run(7, 1), run(8, 1))
    assert differ(run(None, 1), run(None, 2))


def test_the_layers_of_a_bidirectional_have_their_own_seed():
    def run(seed, model_seed):
        pattern = recurrent(layers.LSTM, seed, dropout=0.5)
        return drawn(layers.Bidirectional(pattern), (4, 8), model_seed, steps=1)

    np.testing.assert_array_equal(run(7, 1), run(7, 2))
    assert differ(run(7, 1), run(8, 1))


def test_a_seed_counts_within_time_distributed_and_each_step_differs():
    layer = layers.TimeDistributed(layers.SpatialDropout1D(0.5, seed=3))
    one = drawn(layer, (2, 2, 12), model_seed=1)
    other = drawn(layers.TimeDistributed(layers.SpatialDropout1D(0.5, seed=3)), (2, 2, 12), 2)
    np.testing.assert_array_equal(one, other)
    first, second = one[0].reshape(2, -1)
    assert differ(first, second)


def test_two_uses_of_one_layer_drop_differently():
    martlet.utils.set_random_seed(1)
    layer = layers.Dropout(0.5, seed=3)
    x = martlet.Input((64,))
    outputs = layers.Dense(1, kernel_initializer="zeros")(
        layers.Concatenate()([layer(x), layer(x)])
    )
    model = martlet.Model(x, outputs)
    model.compile(martlet.optimizers.SGD(1.0), "mse")
    model.train_on_batch(np.ones((1, 64)), np.ones((1, 1)))
    first, second = np.split(np.array(model.layers[-1].kernel)[:, 0] > 0, 2)
    assert 8 < (first != second).sum() < 56


@pytest.mark.parametrize("kind", NOISY)
def test_a_seed_survives_config_and_pickle(kind):
    assert kind.from_config(kind(0.5, seed=5).get_config()).seed == 5
    model = network(kind(0.5, seed=5), SHAPES[kind], 1)
    kept = [layer for layer in pickle.loads(pickle.dumps(model)).layers if type(layer) is kind]
    assert kept[0].seed == 5
    one = drawn(kind(0.5, seed=5), SHAPES[kind])
    np.testing.assert_array_equal(one, drawn(kind.from_config(kept[0].get_config()), SHAPES[kind]))


@pytest.mark.parametrize("kind", [*NOISY, layers.LSTM])
@pytest.mark.parametrize("wrong", [-1, 2**53 + 1])
def test_a_seed_out_of_range_is_refused(kind, wrong):
    with pytest.raises(ValueError, match="seed"):
        kind(1, seed=wrong) if kind is layers.LSTM else kind(0.5, seed=wrong)


@pytest.mark.parametrize("name", ["GlorotUniform", "HeNormal", "Orthogonal", "RandomNormal"])
def test_the_seed_of_an_initializer_fixes_the_weights(name):
    def kernel(seed, model_seed):
        martlet.utils.set_random_seed(model_seed)
        start = getattr(martlet.initializers, name)(seed=seed)
        layer = layers.Dense(6, kernel_initializer=start, input_shape=(4,))
        martlet.Sequential([layer])
        return np.array(layer.kernel)

    np.testing.assert_array_equal(kernel(7, 1), kernel(7, 2))
    assert differ(kernel(7, 1), kernel(8, 1))
    assert differ(kernel(None, 1), kernel(None, 2))
