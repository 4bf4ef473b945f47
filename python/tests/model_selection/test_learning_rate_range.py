from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet.model_selection import LearningRateRange
from martlet.optimizers.schedules import ExponentialDecay

X, Y = digits(64)


def test_rates_grow_by_a_factor_from_start_to_end():
    found = martlet.lr_find(compiled(), X, Y, 1e-4, 1e-2, steps=5)
    np.testing.assert_allclose(found.rates, [1e-4, 10**-3.5, 1e-3, 10**-2.5, 1e-2])
    assert found.losses.shape == (5,)


def test_losses_without_smoothing_are_those_of_training_batch_by_batch():
    # One batch of all rows, so that their order makes no difference but in rounding.
    import copy

    model = compiled()
    model.evaluate(X, Y, verbose=0)
    twin = copy.deepcopy(model)
    found = martlet.lr_find(model, X, Y, 0.01, 0.1, steps=3, batch_size=64, smoothing=0)
    expected = []
    for rate in (0.01, 10**-1.5, 0.1):
        twin.optimizer.learning_rate = rate
        expected.append(twin.train_on_batch(X, Y)[0])
    np.testing.assert_allclose(found.losses, expected, rtol=1e-5)


@pytest.mark.parametrize("rate", [0.01, ExponentialDecay(0.1, 3, 0.5)])
def test_the_model_is_exactly_as_before(rate):
    def trained():
        martlet.utils.set_random_seed(3)
        model = compiled(martlet.optimizers.Adam(rate), dropout=0.5)
        model.fit(X, Y, verbose=0)
        return model

    model, twin = trained(), trained()
    martlet.lr_find(model, X, Y, steps=20)
    assert model.optimizer.iterations == 2
    assert model.optimizer.follows_schedule == twin.optimizer.follows_schedule
    assert model.optimizer.learning_rate == twin.optimizer.learning_rate
    # Also slots, and the seeds of dropout: what follows is bit-identical.
    histories = [item.fit(X, Y, epochs=2, verbose=0).history for item in (model, twin)]
    assert histories[0] == histories[1]
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_it_ends_when_the_loss_diverges():
    found = martlet.lr_find(compiled(), X, Y, 1e-3, 1e6, steps=60, batch_size=16)
    assert len(found.rates) == len(found.losses) < 60
    assert np.isfinite(found.losses).all()
    assert 1e-3 <= found.suggestion < found.rates[-1]


def test_the_plot_marks_the_suggestion():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    found = martlet.lr_find(compiled(), X, Y, 1e-3, 10, steps=30)
    ax = found.plot()
    assert ax.get_xscale() == "log"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), found.losses)
    assert ax.lines[1].get_xdata()[0] == found.suggestion


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": 0}, "start"),
        ({"end": 1e-7}, "end to be above start"),
        ({"steps": 1}, "steps.* 2"),
        ({"smoothing": 1}, "smoothing"),
        ({"y": Y[:3]}, "as many rows"),
        ({"model": None}, "expected model to be a model"),
        ({"model": martlet.Sequential([martlet.layers.Dense(2)])}, "compile"),
    ],
)
def test_bad_arguments_are_explained(arguments, message):
    with pytest.raises((TypeError, ValueError, RuntimeError), match=message):
        martlet.lr_find(**{"model": compiled(), "x": X, "y": Y, **arguments})


def test_the_suggestion_is_before_the_loss_jumps():
    # Falls by 0.5 a rate, jumps, and falls by 2 from there.
    found = LearningRateRange(np.array([1e-3, 1e-2, 0.1, 1, 10]), np.array([2, 1.5, 1, 5, 3]))
    assert found.suggestion in (1e-3, 1e-2)
