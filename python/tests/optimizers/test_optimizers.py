from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits, linear
from martlet import optimizers
from martlet.optimizers import SGD, Adam, AdamW, RMSprop, schedules


def steps(optimizer, count=3):
    """Weights after updates on one batch, and the gradients that each update saw."""
    model = linear(1, 1, use_bias=False, kernel_initializer="ones")
    model.compile(optimizer, "mse")
    weights, gradients = [1.0], []
    for _ in range(count):
        model.compute_gradients([[1.0]], [[0.0]])
        gradients.append(float(model.layers[0].kernel_gradient[0, 0]))
        model.apply_gradients()
        weights.append(float(model.layers[0].kernel[0, 0]))
    return weights, gradients


def test_sgd():
    weights, gradients = steps(SGD(0.1))
    for before, after, gradient in zip(weights, weights[1:], gradients, strict=False):
        assert after == pytest.approx(before - 0.1 * gradient, rel=1e-6)


def test_sgd_with_momentum_and_nesterov():
    for nesterov in (False, True):
        weights, gradients = steps(SGD(0.1, momentum=0.9, nesterov=nesterov))
        velocity, w = 0.0, 1.0
        for gradient, after in zip(gradients, weights[1:], strict=True):
            velocity = 0.9 * velocity - 0.1 * gradient
            w += 0.9 * velocity - 0.1 * gradient if nesterov else velocity
            assert after == pytest.approx(w, rel=1e-5)


def test_rmsprop():
    weights, gradients = steps(RMSprop(0.01, rho=0.8))
    square, w = 0.0, 1.0
    for gradient, after in zip(gradients, weights[1:], strict=True):
        square = 0.8 * square + 0.2 * gradient**2
        w -= 0.01 * gradient / np.sqrt(square + 1e-7)
        assert after == pytest.approx(w, rel=1e-5)


@pytest.mark.parametrize(
    ("optimizer", "decay"),
    [(Adam(0.01), 0), (AdamW(0.01, weight_decay=0.1), 0.1), (Adam(0.01, weight_decay=0.1), 0.1)],
)
def test_adam(optimizer, decay):
    weights, gradients = steps(optimizer)
    m = v = 0.0
    w = 1.0
    for step, (gradient, after) in enumerate(zip(gradients, weights[1:], strict=True), start=1):
        w -= 0.01 * decay * w
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient**2
        rate = 0.01 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        w -= rate * m / (np.sqrt(v) + 1e-7)
        assert after == pytest.approx(w, rel=1e-5)


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adam", "adamw", "Adam", "RMSprop"])
def test_every_name_learns(name):
    model = compiled(name)
    history = model.fit(*digits(256), epochs=15, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_the_learning_rate_can_be_read_and_set_while_training():
    model = compiled(Adam(0.01))
    optimizer = model.optimizer
    assert optimizer.learning_rate == pytest.approx(0.01)
    model.fit(*digits(64), batch_size=16, verbose=0)
    assert optimizer.iterations == 4
    optimizer.learning_rate = 1e-12
    before = model.get_weights()
    model.fit(*digits(64), verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], before[0], atol=1e-7)
    assert optimizer.get_config()["learning_rate"] == 1e-12
    optimizer.learning_rate = 0
    before = model.get_weights()
    model.fit(*digits(64), verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    with pytest.raises(ValueError, match="at least 0"):
        optimizer.learning_rate = -1


def test_an_optimizer_of_another_model_is_copied():
    shared = SGD(0.5, momentum=0.5)
    first, second = compiled(shared), compiled(shared)
    assert first.optimizer is shared
    second.optimizer.learning_rate = 0.25
    assert first.optimizer.learning_rate == 0.5
    first.compile(shared, "sparse_categorical_crossentropy")
    assert first.optimizer is shared


@pytest.mark.parametrize(
    "schedule",
    [
        schedules.ExponentialDecay(0.1, 10, 0.5),
        schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
        schedules.InverseTimeDecay(0.1, 10, 0.5),
        schedules.PolynomialDecay(0.1, 10, 0.01, power=2.0),
        schedules.CosineDecay(0.1, 10, alpha=0.1),
        schedules.CosineDecay(0.01, 10, warmup_target=0.1, warmup_steps=3),
        schedules.PiecewiseConstantDecay([2, 5], [0.1, 0.05, 0.01]),
    ],
    ids=repr,
)
def test_schedules_follow_the_updates(schedule):
    model = compiled(SGD(schedule))
    rates = []
    for _ in range(8):
        rates.append(model.optimizer.learning_rate)
        model.train_on_batch(*digits(16))
    np.testing.assert_allclose(rates, [formula(schedule, step) for step in range(8)], rtol=1e-6)


def formula(schedule, step):
    """Keras's formulas, as its documentation writes them."""
    config = schedule.get_config()
    if isinstance(schedule, schedules.PiecewiseConstantDecay):
        return config["values"][int(np.searchsorted(config["boundaries"], step))]
    rate, turns = config["initial_learning_rate"], step / config["decay_steps"]
    if isinstance(schedule, schedules.ExponentialDecay):
        return rate * 0.5 ** (np.floor(turns) if config["staircase"] else turns)
    if isinstance(schedule, schedules.InverseTimeDecay):
        return rate / (1 + 0.5 * turns)
    if isinstance(schedule, schedules.PolynomialDecay):
        return (rate - 0.01) * (1 - turns) ** 2 + 0.01
    if config["warmup_steps"] and step < 3:
        return 0.01 + 0.09 * step / 3
    top = config["warmup_target"] or rate
    turns = (step - config["warmup_steps"]) / 10
    return top * ((1 - config["alpha"]) * 0.5 * (1 + np.cos(np.pi * turns)) + config["alpha"])


def test_a_number_replaces_a_schedule():
    model = compiled(SGD(schedules.ExponentialDecay(0.1, 1, 0.5)))
    model.optimizer.learning_rate = 0.3
    model.train_on_batch(*digits(16))
    assert model.optimizer.learning_rate == pytest.approx(0.3)
    with pytest.raises(ValueError, match="compile the model again"):
        model.optimizer.learning_rate = schedules.ExponentialDecay(0.1, 1, 0.5)


def test_configs_round_trip():
    for optimizer in (
        SGD(0.2, momentum=0.5, nesterov=True),
        RMSprop(centered=True),
        Adam(schedules.CosineDecay(0.1, 100)),
        AdamW(weight_decay=0.1, name="mine"),
    ):
        config = {"class": type(optimizer).__name__, "config": optimizer.get_config()}
        assert repr(optimizers.get(config)) == repr(optimizer)


def test_before_compile():
    assert Adam().learning_rate == 0.001
    assert SGD(schedules.PiecewiseConstantDecay([1], [0.5, 0.1])).learning_rate == 0.5
    assert Adam().iterations == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: schedules.ExponentialDecay(0.1, 0, 0.5),
        lambda: schedules.ExponentialDecay(-0.1, 10, 0.5),
        lambda: schedules.PiecewiseConstantDecay([2, 1], [1, 2, 3]),
        lambda: schedules.PiecewiseConstantDecay([2], [1]),
        lambda: RMSprop(rho=1.0),
        lambda: Adam(epsilon=0),
        lambda: AdamW(weight_decay=-1),
    ],
)
def test_bad_settings(make):
    with pytest.raises(ValueError, match="expected"):
        make()


def one_step(optimizer, change=None):
    """The weights after a step, a change of the optimizer, and another step."""
    martlet.utils.set_random_seed(5)
    model = compiled(optimizer)
    model.train_on_batch(*digits(16))
    if change:
        change(model.optimizer)
    model.train_on_batch(*digits(16))
    return model.get_weights()[0]


def test_a_setting_that_is_assigned_holds_from_the_next_update():
    def forget(optimizer):
        optimizer.momentum = 0.5

    kept = one_step(SGD(0.1, momentum=0.9))
    changed = one_step(SGD(0.1, momentum=0.9), forget)
    assert (kept != changed).any()
    first = SGD(0.1, momentum=0.9)
    first.momentum = 0.5
    assert (first.momentum, first.get_config()["momentum"]) == (0.5, 0.5)
    np.testing.assert_array_equal(one_step(first), one_step(SGD(0.1, momentum=0.5)))


def test_a_setting_that_would_change_the_state_is_refused_after_compile():
    optimizer = compiled(SGD(0.1)).optimizer
    with pytest.raises(RuntimeError, match="Compile the model again"):
        optimizer.momentum = 0.9
    with pytest.raises(ValueError, match="Compile the model again"):
        optimizer.nesterov = True
    with pytest.raises(ValueError, match="momentum"):
        optimizer.momentum = 1.5
    assert (optimizer.momentum, optimizer.nesterov) == (0.0, False)


def test_an_unknown_setting_is_refused_and_not_ignored():
    optimizer = compiled(Adam()).optimizer
    with pytest.raises(AttributeError, match=r'has no setting "lr".*learning_rate, beta_1'):
        optimizer.lr = 0.5
    with pytest.raises(AttributeError, match='Did you mean "beta_1"'):
        optimizer.beta1  # noqa: B018
    assert optimizer.beta_1 == 0.9
    optimizer.weight_decay = None
