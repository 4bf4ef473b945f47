"""What becomes of masks: in joins, in layers of several outputs, and in batch statistics.

The rules are Keras's, as tried with Keras 3.15 on JAX. A mask is seen by what a mean over the valid
steps gives.
"""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

STEPS = 4
JOINS = [
    *(layers.Add, layers.Subtract, layers.Multiply),
    *(layers.Average, layers.Maximum, layers.Minimum),
]


def sequences(seed, count=17):
    """Sequences of three numbers a step, of which some steps, or all, are padding."""
    source = np.random.default_rng(seed)
    valid = source.random((count, STEPS)) < 0.6
    valid[0], valid[1] = False, True
    x = source.uniform(0.2, 1, (count, STEPS, 3))
    return np.where(valid[..., None], x, 0).astype(np.float32), valid


def masked(x):
    return layers.Masking()(x)


def seen(body, arrays):
    """What a network gives, and its mean over the steps that it believes to be valid."""
    inputs = [martlet.Input(array.shape[1:]) for array in arrays]
    y = body(*inputs)
    model = martlet.Model(inputs, [y, layers.GlobalAveragePooling1D()(y)])
    return model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0)


def assert_mask(body, arrays, valid):
    y, mean = seen(body, arrays)
    count = np.maximum(valid.sum(1, keepdims=True), 1)
    expected = (y * valid[..., None]).sum(1) / count
    np.testing.assert_allclose(mean, expected, atol=1e-6)


A, IN_A = sequences(1)
B, IN_B = sequences(2)
ALL = np.ones_like(IN_A)


@pytest.mark.parametrize("join", JOINS)
def test_joined_sequences_count_where_any_does(join):
    assert_mask(lambda a, b: join()([masked(a), masked(b)]), [A, B], IN_A | IN_B)


@pytest.mark.parametrize("join", JOINS)
def test_joined_sequences_have_no_mask_if_one_has_none(join):
    assert_mask(lambda a, b: join()([masked(a), b]), [A, B], ALL)
    assert_mask(lambda a, b: join()([a, masked(b)]), [A, B], ALL)


@pytest.mark.parametrize("join", JOINS)
def test_equal_masks_stay(join):
    def body(a):
        x = masked(a)
        return join()([x, layers.Activation("tanh")(x)])

    assert_mask(body, [A], IN_A)


@pytest.mark.parametrize("axis", [1, -2])
def test_concatenation_in_time_puts_masks_one_behind_the_other(axis):
    def joined(*parts):
        return layers.Concatenate(axis=axis)(list(parts))

    both = np.concatenate([IN_A, IN_B], axis=1)
    assert_mask(lambda a, b: joined(masked(a), masked(b)), [A, B], both)
    assert_mask(lambda a, b: joined(masked(a), b), [A, B], np.concatenate([IN_A, ALL], axis=1))
    assert_mask(lambda a, b: joined(a, masked(b)), [A, B], np.concatenate([ALL, IN_B], axis=1))
    three = np.concatenate([IN_A, ALL, IN_B], axis=1)
    assert_mask(lambda a, b: joined(masked(a), b, masked(b)), [A, B], three)


@pytest.mark.parametrize("axis", [2, -1])
def test_concatenated_features_count_where_any_does(axis):
    def joined(*parts):
        return layers.Concatenate(axis=axis)(list(parts))

    assert_mask(lambda a, b: joined(masked(a), masked(b)), [A, B], IN_A | IN_B)
    assert_mask(lambda a, b: joined(masked(a), b), [A, B], ALL)
    assert_mask(lambda a, b: joined(a, masked(b)), [A, B], ALL)


@pytest.mark.parametrize("join", JOINS)
def test_a_single_step_that_is_repeated_counts_everywhere(join):
    short = B[:, :1]
    expected = IN_A | IN_B[:, :1]
    assert_mask(lambda a, b: join()([masked(a), masked(b)]), [A, short], expected)
    assert_mask(lambda a, b: join()([masked(b), masked(a)]), [A, short], expected)


@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.LSTM, layers.GRU])
@pytest.mark.parametrize("output", [0, 1])
def test_both_outputs_of_a_bidirectional_keep_their_mask(kind, output):
    def body(a):
        pattern = kind(2, return_sequences=True)
        return layers.Bidirectional(pattern, merge_mode=None)(masked(a))[output]

    assert_mask(body, [A], IN_A)


def test_the_states_of_a_bidirectional_have_no_mask():
    inputs = martlet.Input((STEPS, 3))
    pattern = layers.GRU(2, return_sequences=True, return_state=True)
    outputs = layers.Bidirectional(pattern, merge_mode=None)(masked(inputs))
    assert len(outputs) == 4
    model = martlet.Model(inputs, [layers.Add()([state, state]) for state in outputs[2:]])
    assert [y.shape for y in model.predict(A, verbose=0)] == [(17, 2), (17, 2)]


# Batch normalization.


def normalized(momentum=0.0, **options):
    return layers.BatchNormalization(momentum=momentum, **options)


def test_one_valid_step_of_two_is_all_that_batch_statistics_count():
    """One step of 3, one of padding: Keras has the mean 3 and the variance 0, not 1.5 and 2.25."""
    layer = normalized()
    model = martlet.Sequential([layers.Masking(input_shape=(2, 1)), layer])
    model.compile("sgd", "mse")
    model.train_on_batch(np.array([[[3.0], [0.0]]]), np.zeros((1, 2, 1)))
    assert layer.moving_mean == pytest.approx([3.0])
    assert layer.moving_variance == pytest.approx([0.0])


@pytest.mark.parametrize("count", [1, 15, 16, 17, 33])
@pytest.mark.parametrize("features", [1, 4, 17])
def test_batch_statistics_are_those_of_the_valid_steps(features, count):
    x, valid = sequences(3, max(count, 2))
    x, valid = x[-count:], valid[-count:]
    dense = layers.Dense(features)
    layer = normalized()
    model = martlet.Sequential([layers.Masking(input_shape=(STEPS, 3)), dense, layer])
    model.compile(martlet.optimizers.SGD(0.0), "mse")
    kernel = dense.get_weights()[0].astype(np.float64)
    model.train_on_batch(x, np.zeros((count, STEPS, features)))
    z = (x.astype(np.float64) @ kernel)[valid]
    np.testing.assert_allclose(layer.moving_mean, z.mean(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance, z.var(0), rtol=1e-4, atol=1e-6)


def test_a_mask_given_in_the_call_counts_too():
    inputs, mask = martlet.Input((STEPS, 3)), martlet.Input((STEPS,))
    layer = normalized()
    model = martlet.Model([inputs, mask], layer(inputs, mask=mask))
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(20, STEPS, 3))
    valid = np.random.default_rng(1).random((20, STEPS)) < 0.5
    model.train_on_batch([x, valid], np.zeros_like(x))
    np.testing.assert_allclose(layer.moving_mean, x[valid].mean(0), rtol=1e-4)


def test_a_batch_of_nothing_but_padding_leaves_the_moving_averages_alone():
    """Keras lets them follow a mean and a variance of 0."""
    layer = normalized(0.5)
    model = martlet.Sequential([layers.Masking(input_shape=(2, 1)), layer])
    model.compile("sgd", "mse")
    model.train_on_batch(np.zeros((3, 2, 1)), np.zeros((3, 2, 1)))
    assert (float(layer.moving_mean[0]), float(layer.moving_variance[0])) == (0.0, 1.0)


def twin_loss(weights, x, valid, target):
    """Dense, normalisation by the valid steps, tanh; the squared error over all of the valid."""
    kernel, bias, gamma, beta = weights
    z = x @ kernel + bias
    mean, variance = z[valid].mean(0), z[valid].var(0)
    y = np.tanh(gamma * (z - mean) / np.sqrt(variance + 1e-3) + beta)
    return ((y - target)[valid] ** 2).mean()


def twin_loss_of_all(weights, x, valid, target):
    """The same where the mask is lost behind the normalisation, so that all steps have a loss."""
    kernel, bias, gamma, beta = weights
    z = x @ kernel + bias
    mean, variance = z[valid].mean(0), z[valid].var(0)
    y = np.tanh(gamma * (z - mean) / np.sqrt(variance + 1e-3) + beta)
    return ((y - target) ** 2).mean()


@pytest.mark.parametrize("twin", [twin_loss, twin_loss_of_all])
@pytest.mark.parametrize("count", [5, 17])
def test_gradients_of_masked_normalization_are_slopes(count, twin):
    x, valid = sequences(4, count)
    target = np.random.default_rng(5).normal(size=(count, STEPS, 2))
    stack = [
        layers.Masking(input_shape=(STEPS, 3)),
        layers.Dense(2),
        layers.BatchNormalization(),
        layers.Activation("tanh"),
    ]
    if twin is twin_loss_of_all:
        with pytest.warns(UserWarning, match="mask"):
            model = martlet.Sequential([*stack, layers.Reshape((STEPS, 2))])
    else:
        model = martlet.Sequential(stack)
    model.compile(martlet.optimizers.SGD(1.0), "mse")
    before = [weight.astype(np.float64) for weight in model.get_weights()[:4]]
    model.train_on_batch(x, target)
    for index, after in enumerate(model.get_weights()[:4]):
        for place in np.ndindex(after.shape):
            moved = [[weight.copy() for weight in before] for _ in range(2)]
            moved[0][index][place] += 1e-5
            moved[1][index][place] -= 1e-5
            up, down = (twin(weights, x.astype(np.float64), valid, target) for weights in moved)
            slope = (up - down) / 2e-5
            assert before[index][place] - after[place] == pytest.approx(slope, rel=1e-3, abs=2e-5)


def test_time_distributed_normalization_counts_valid_sequences_step_by_step():
    """Each step moves the averages on, by the sequences in which it counts."""
    layer = normalized(0.5)
    model = martlet.Sequential(
        [layers.Masking(input_shape=(STEPS, 3)), layers.TimeDistributed(layer)]
    )
    model.compile(martlet.optimizers.SGD(0.0), "mse")
    model.train_on_batch(A, np.zeros_like(A))
    mean, variance = np.zeros(3), np.ones(3)
    for step in range(STEPS):
        z = A[IN_A[:, step], step].astype(np.float64)
        mean, variance = (mean + z.mean(0)) / 2, (variance + z.var(0)) / 2
    np.testing.assert_allclose(layer.moving_mean, mean, rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, variance, rtol=1e-4)


PASSING = [
    layers.Dense(2), layers.Activation("softmax"), layers.ReLU(), layers.LeakyReLU(),
    layers.ELU(), layers.Softmax(), layers.Rescaling(2.0, 1.0), layers.Dropout(0.5),
    layers.SpatialDropout1D(0.5), layers.GaussianNoise(0.5), layers.GaussianDropout(0.5),
    layers.BatchNormalization(), layers.LayerNormalization(),
    layers.TimeDistributed(layers.Dense(2)), layers.TimeDistributed(layers.Reshape((3,))),
    layers.LSTM(2, return_sequences=True), layers.GRU(2, return_sequences=True),
    layers.SimpleRNN(2, return_sequences=True, go_backwards=True),
    layers.Bidirectional(layers.GRU(2, return_sequences=True)),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(PASSING)))
def test_layers_that_pass_a_mask_on(number):
    layer = PASSING[number]
    assert_mask(lambda a: type(layer).from_config(layer.get_config())(masked(a)), [A], IN_A)


DROPPING = [
    layers.MaxPooling1D(1), layers.AveragePooling1D(1), layers.Reshape((STEPS, 3)),
    layers.Permute((1, 2)), layers.Conv1D(2, 1),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(DROPPING)))
def test_layers_that_lose_a_mask_say_so(number):
    layer = DROPPING[number]
    with pytest.warns(UserWarning, match="cannot hand it on"):
        assert_mask(lambda a: type(layer).from_config(layer.get_config())(masked(a)), [A], ALL)
