from __future__ import annotations

import numpy as np
import pytest

from api_support import linear
from martlet import initializers

INPUTS, OUTPUTS = 400, 300


def drawn(initializer):
    return linear(INPUTS, OUTPUTS, kernel_initializer=initializer).layers[0].kernel


def uniform(variance):
    return lambda w: (
        w.std() == pytest.approx(np.sqrt(variance), rel=0.02)
        and abs(w).max() <= 1.0001 * np.sqrt(3 * variance)
    )


def normal(variance):
    return lambda w: (
        w.std() == pytest.approx(np.sqrt(variance), rel=0.02)
        and abs(w).max() < 2.3 * np.sqrt(variance)
    )


@pytest.mark.parametrize(
    ("initializer", "holds"),
    [
        ("zeros", lambda w: not w.any()),
        ("ones", lambda w: (w == 1).all()),
        (initializers.Constant(0.25), lambda w: (w == 0.25).all()),
        ("glorot_uniform", uniform(2 / (INPUTS + OUTPUTS))),
        ("glorot_normal", normal(2 / (INPUTS + OUTPUTS))),
        ("he_uniform", uniform(2 / INPUTS)),
        ("he_normal", normal(2 / INPUTS)),
        ("lecun_uniform", uniform(1 / INPUTS)),
        ("lecun_normal", normal(1 / INPUTS)),
        (
            initializers.VarianceScaling(3, "fan_out", "untruncated_normal"),
            lambda w: (
                w.std() == pytest.approx(np.sqrt(3 / OUTPUTS), rel=0.02)
                and abs(w).max() > 3.5 * np.sqrt(3 / OUTPUTS)
            ),
        ),
        (initializers.VarianceScaling(3, "fan_out", "uniform"), uniform(3 / OUTPUTS)),
        (initializers.VarianceScaling(0.5), normal(0.5 / INPUTS)),
        (initializers.Identity(2), lambda w: (w == 2 * np.eye(INPUTS, OUTPUTS)).all()),
        ("identity", lambda w: (w == np.eye(INPUTS, OUTPUTS)).all()),
        (initializers.RandomNormal(1.0, 0.1), lambda w: w.mean() == pytest.approx(1, abs=0.01)),
        (initializers.RandomUniform(2, 3), lambda w: 2 <= w.min() < 2.01 < 2.99 < w.max() <= 3),
        (initializers.TruncatedNormal(stddev=0.5), lambda w: 0.95 < abs(w).max() <= 1),
    ],
    ids=str,
)
def test_the_numbers_are_as_promised(initializer, holds):
    assert holds(drawn(initializer))


def test_a_seed_makes_models_agree():
    seeded = initializers.HeNormal(seed=3)
    np.testing.assert_array_equal(drawn(seeded), drawn(seeded))
    assert (drawn("he_normal") != drawn("he_normal")).any()


@pytest.mark.parametrize(
    ("name", "scale", "mode", "distribution"),
    [
        ("glorot_uniform", 1, "fan_avg", "uniform"),
        ("glorot_normal", 1, "fan_avg", "truncated_normal"),
        ("he_uniform", 2, "fan_in", "uniform"),
        ("he_normal", 2, "fan_in", "truncated_normal"),
        ("lecun_uniform", 1, "fan_in", "uniform"),
        ("lecun_normal", 1, "fan_in", "truncated_normal"),
    ],
)
def test_variance_scaling_has_the_others_as_cases(name, scale, mode, distribution):
    scaling = initializers.VarianceScaling(scale, mode, distribution, seed=4)
    np.testing.assert_array_equal(drawn(scaling), drawn(getattr(initializers, name)(seed=4)))


def test_lower_case_names_are_the_classes():
    assert initializers.glorot_uniform is initializers.GlorotUniform
    for name in initializers.__all__:
        found = getattr(initializers, name)
        if name.islower() and isinstance(found, type):
            assert type(initializers.get(name)) is found
    drawn(initializers.random_normal(mean=0.0, stddev=0.1))


def test_initializers_go_out_and_come_back():
    scaling = initializers.VarianceScaling(0.5, "fan_avg", "uniform", 7)
    written = initializers.serialize(scaling)
    assert repr(initializers.deserialize(written)) == repr(scaling)
    np.testing.assert_array_equal(drawn(initializers.deserialize(written)), drawn(scaling))
    assert initializers.serialize("zeros") == {"class": "Zeros", "config": {}}


def test_configs_round_trip():
    for name in initializers.__all__:
        cls = getattr(initializers, name)
        if isinstance(cls, type) and cls is not initializers.Initializer:
            copy = initializers.get(cls().to_engine())
            assert repr(copy) == repr(cls())


def test_bad_settings():
    with pytest.raises(ValueError, match="maxval"):
        initializers.RandomUniform(1, 0)
    with pytest.raises(ValueError, match="seed"):
        initializers.HeNormal(seed=-1)
    with pytest.raises(ValueError, match=r"VarianceScaling: .*scale"):
        initializers.VarianceScaling(0)
    with pytest.raises(ValueError, match=r"VarianceScaling: .*mode.*fan_avg"):
        initializers.VarianceScaling(mode="fan")
    with pytest.raises(ValueError, match=r"VarianceScaling: .*distribution.*uniform"):
        initializers.VarianceScaling(distribution="normal")
