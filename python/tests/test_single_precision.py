"""Numbers that are finite in float64 and not in float32, in which the engine computes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import martlet
from api_support import linear
from martlet import initializers, layers, losses, metrics, optimizers
from martlet.optimizers import schedules

HUGE = [1e300, -1e300, 3.5e38]


@pytest.fixture(autouse=True)
def _no_warnings():
    """NumPy's warning of an overflow is no answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def compiled(optimizer="sgd", loss="mse"):
    model = linear(2, 1)
    model.compile(optimizer, loss)
    return model


@pytest.mark.parametrize("value", HUGE)
@pytest.mark.parametrize("strided", [False, True])
def test_inputs_that_float32_cannot_hold_are_refused_by_sample(value, strided):
    model = compiled()
    x, y = np.ones((9, 2)), np.ones((9, 1))
    x[5, 1] = value
    x = np.repeat(x, 2, axis=0)[::2] if strided else x
    calls = [
        lambda: model.predict(x, verbose=0),
        lambda: model.predict_on_batch(x),
        lambda: model.fit(x, y, verbose=0),
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.train_on_batch(x, y),
        lambda: model.compute_gradients(x, y),
        lambda: model.profile(x),
        lambda: model.fit(x[:3], y[:3], validation_data=(x, y), verbose=0),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"(x|validation_data\[0\]) must.*float32.*sample 5"):
            call()


def test_predict_of_a_huge_input_is_no_certain_answer():
    model = martlet.Sequential([layers.Dense(1, activation="sigmoid", input_shape=(1,))])
    with pytest.raises(ValueError, match="float32"):
        model.predict([[1e300]])


@pytest.mark.parametrize("value", HUGE)
def test_targets_that_float32_cannot_hold_are_refused_by_sample(value):
    x, y = np.ones((9, 2)), np.ones((9, 1))
    y[4] = value
    for call in (compiled().fit, compiled().evaluate, compiled().train_on_batch):
        with pytest.raises(ValueError, match=r"y must.*float32.*sample 4"):
            call(x, y)


def test_the_largest_float32_and_the_smallest_double_are_numbers():
    model = compiled()
    x = np.array([[float(np.finfo(np.float32).max), 5e-324], [-1.5, 0.0]])
    assert np.isfinite(model.predict(x[1:], verbose=0)).all()
    assert model.predict(x, verbose=0).shape == (2, 1)


SETTINGS = {
    "Rescaling scale": lambda v: layers.Rescaling(v),
    "Rescaling offset": lambda v: layers.Rescaling(1, offset=v),
    "LeakyReLU": lambda v: layers.LeakyReLU(v),
    "ELU": lambda v: layers.ELU(v),
    "ReLU max_value": lambda v: layers.ReLU(max_value=v),
    "ReLU negative_slope": lambda v: layers.ReLU(negative_slope=v),
    "ReLU threshold": lambda v: layers.ReLU(threshold=v),
    "GaussianNoise": lambda v: layers.GaussianNoise(v),
    "Masking": lambda v: layers.Masking(v),
    "BatchNormalization epsilon": lambda v: layers.BatchNormalization(epsilon=v),
    "BatchNormalization momentum": lambda v: layers.BatchNormalization(momentum=v),
    "LayerNormalization epsilon": lambda v: layers.LayerNormalization(epsilon=v),
    "Constant": lambda v: initializers.Constant(v),
    "Orthogonal": lambda v: initializers.Orthogonal(gain=v),
    "RandomNormal mean": lambda v: initializers.RandomNormal(mean=v),
    "RandomNormal stddev": lambda v: initializers.RandomNormal(stddev=v),
    "TruncatedNormal mean": lambda v: initializers.TruncatedNormal(mean=v),
    "RandomUniform minval": lambda v: initializers.RandomUniform(minval=-v),
    "RandomUniform maxval": lambda v: initializers.RandomUniform(maxval=v),
    "SGD": lambda v: optimizers.SGD(v),
    "SGD weight_decay": lambda v: optimizers.SGD(weight_decay=v),
    "Adam": lambda v: optimizers.Adam(v),
    "Adam epsilon": lambda v: optimizers.Adam(epsilon=v),
    "AdamW weight_decay": lambda v: optimizers.AdamW(weight_decay=v),
    "RMSprop epsilon": lambda v: optimizers.RMSprop(epsilon=v),
    "ExponentialDecay": lambda v: schedules.ExponentialDecay(v, 10, 0.5),
    "ExponentialDecay rate": lambda v: schedules.ExponentialDecay(0.1, 10, v),
    "InverseTimeDecay": lambda v: schedules.InverseTimeDecay(v, 10, 0.5),
    "PolynomialDecay": lambda v: schedules.PolynomialDecay(v, 10),
    "PolynomialDecay end": lambda v: schedules.PolynomialDecay(0.1, 10, v),
    "PiecewiseConstantDecay": lambda v: schedules.PiecewiseConstantDecay([10], [0.1, v]),
    "CosineDecay": lambda v: schedules.CosineDecay(v, 10),
    "CosineDecay target": lambda v: schedules.CosineDecay(0.1, 10, warmup_target=v, warmup_steps=2),
    "loss_weights": lambda v: linear().compile("sgd", "mse", loss_weights=[v]),
}


@pytest.mark.parametrize("value", [1e300, 3.5e38])
@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_float32_cannot_hold_are_refused(name, value):
    with pytest.raises(ValueError, match=r"float32|at most 1,"):
        SETTINGS[name](value)


@pytest.mark.parametrize(
    "name",
    [
        "BatchNormalization epsilon",
        "LayerNormalization epsilon",
        "Adam epsilon",
        "RMSprop epsilon",
        "SGD",
        "Adam",
        "ExponentialDecay",
        "InverseTimeDecay",
        "PolynomialDecay",
    ],
)
@pytest.mark.parametrize("value", [1e-60, 1e-45, 1e-39])
def test_settings_that_are_zero_in_float32_are_refused_where_zero_is(name, value):
    with pytest.raises(ValueError, match="float32"):
        SETTINGS[name](value)


@pytest.mark.parametrize(
    "make",
    [
        lambda v: layers.Dropout(v),
        lambda v: layers.SpatialDropout1D(v),
        lambda v: layers.GaussianDropout(v),
        lambda v: layers.LSTM(3, dropout=v),
        lambda v: layers.GRU(3, recurrent_dropout=v),
        lambda v: optimizers.SGD(momentum=v),
        lambda v: optimizers.Adam(beta_1=v),
        lambda v: optimizers.Adam(beta_2=v),
        lambda v: optimizers.RMSprop(rho=v),
        lambda v: losses.CategoricalCrossentropy(label_smoothing=v),
        lambda v: losses.BinaryCrossentropy(label_smoothing=v),
        lambda v: metrics.BinaryAccuracy(threshold=v),
    ],
)
def test_shares_that_float32_rounds_to_one_are_refused(make):
    with pytest.raises(ValueError, match="below 1 in float32"):
        make(1 - 1e-12)


def test_learning_rates_that_float32_cannot_hold_are_refused_while_training_too():
    model = compiled()
    for rate in (1e300, 1e-60):
        with pytest.raises(ValueError, match="learning_rate"):
            model.optimizer.learning_rate = rate
    assert model.optimizer.learning_rate == pytest.approx(0.01)


def test_a_schedule_that_leaves_float32_stops_the_run_with_weights_that_are_numbers():
    model = compiled(optimizers.SGD(schedules.ExponentialDecay(1e-30, 1, 1e10)))
    with pytest.raises(ValueError, match="learning rate of update 7"):
        model.fit(np.zeros((64, 2)), np.zeros((64, 1)), batch_size=4, verbose=0)
    assert model.optimizer.iterations == 7
    assert np.isfinite(model.layers[0].get_weights()[0]).all()


@pytest.mark.parametrize("value", [1e300, -3.5e38, float("nan"), float("inf")])
def test_weights_that_float32_cannot_hold_are_refused_by_place(value):
    model = linear(2, 1)
    dense = model.layers[0]
    before = dense.get_weights()
    kernel = np.array([[1.0], [value]])
    with pytest.raises(ValueError, match=r"kernel.*\[1, 0\]"):
        dense.set_weights([kernel, [0.0]])
    with pytest.raises(ValueError, match=r"kernel.*\[1, 0\]"):
        dense.assign("kernel", kernel)
    np.testing.assert_array_equal(dense.get_weights()[0], before[0])


def test_first_weights_that_float32_cannot_hold_name_their_layer():
    wide = initializers.RandomNormal(mean=3e38, stddev=1e38)
    with pytest.raises(ValueError, match=r'Dense "wide".*kernel'):
        martlet.Sequential(
            [layers.Dense(99, kernel_initializer=wide, input_shape=(9,), name="wide")]
        ).build()


def test_rescalings_that_meet_at_the_input_do_not_overflow_together():
    model = martlet.Sequential([layers.Rescaling(1e30, input_shape=(1,)), layers.Rescaling(1e30)])
    assert model.predict([[0.0]]).item() == 0
    model = martlet.Sequential([layers.Rescaling(1e-30, input_shape=(1,)), layers.Rescaling(1e-30)])
    assert model.predict([[1e38]]).item() == pytest.approx(1e-22, rel=1e-5)


FACTORS = {
    "Rescaling": lambda v: layers.Rescaling(v),
    "a tensor times a number": lambda v: martlet.Input((1,)) * v,
    "a number times a tensor": lambda v: v * martlet.Input((1,)),
    "a tensor by a number": lambda v: martlet.Input((1,)) / (v / 1e-60 * 3e38),
    "loss_weights": SETTINGS["loss_weights"],
    "class_weight": lambda v: compiled().train_on_batch([[1.0, 1.0]], [0], class_weight={0: v}),
    "CosineDecay": SETTINGS["CosineDecay"],
    "PiecewiseConstantDecay": SETTINGS["PiecewiseConstantDecay"],
    "LearningRateScheduler": lambda v: compiled().fit(
        [[1.0, 1.0]], [0], verbose=0,
        callbacks=[martlet.callbacks.LearningRateScheduler(lambda epoch: v)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTORS)
def test_factors_that_float32_makes_zero_are_refused(name):
    """1e38 times 1e-40 is 0.01, and was 0; 0 itself says what it does."""
    with pytest.raises(ValueError, match="float32 has nothing but 0"):
        FACTORS[name](1e-60)


def test_a_factor_of_zero_and_the_smallest_float32_are_factors():
    for scale in (0.0, -2e-38, 2e-38):
        model = martlet.Sequential([layers.Rescaling(scale, input_shape=(1,))])
        assert model.predict([[1e38]]).item() == pytest.approx(scale * 1e38, rel=1e-6)
