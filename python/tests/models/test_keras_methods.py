"""Small habits of Keras's programs: steps, names of weights, metrics, configurations."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import layers, metrics


def test_evaluate_measures_the_first_steps_only():
    x, y = digits(200)
    model = compiled()
    for size in (None, 50):
        count = 3 * (size or 32)
        expected = model.evaluate(x[:count], y[:count], verbose=0)
        assert model.evaluate(x, y, batch_size=size, steps=3, verbose=0) == expected
    assert model.evaluate(x, y, verbose=0) != expected


def test_steps_of_evaluate_take_the_sample_weights_along():
    x, y = digits(128)
    weights = np.linspace(0, 2, 128)
    model = compiled()
    expected = model.evaluate(x[:64], y[:64], sample_weight=weights[:64], verbose=0)
    assert model.evaluate(x, y, sample_weight=weights, steps=2, verbose=0) == expected


def test_predict_gives_the_first_steps_only():
    x, _ = digits(100)
    model = compiled()
    np.testing.assert_array_equal(model.predict(x, 10, 0, 3), model.predict(x, verbose=0)[:30])
    assert len(model.predict(x, steps=3, verbose=0)) == 96
    assert len(model.predict(x, steps=4, verbose=0)) == 100


@pytest.mark.parametrize("run", ["predict", "evaluate"])
def test_steps_beyond_the_data_and_wrong_steps_are_told(run):
    x, y = digits(64)
    model = compiled()
    given = (x,) if run == "predict" else (x, y)
    with pytest.warns(
        UserWarning, match=f"{run}: steps=3 batches of 32 samples are more than the 2"
    ):
        getattr(model, run)(*given, steps=3, verbose=0)
    with pytest.raises(ValueError, match=f"{run}: expected steps to be a positive integer"):
        getattr(model, run)(*given, steps=0, verbose=0)
    with pytest.raises(TypeError, match=f"{run}: expected steps"):
        getattr(model, run)(*given, steps=1.5, verbose=0)


def test_variables_are_the_weights():
    model = martlet.Sequential([layers.Dense(3, input_shape=(4,)), layers.BatchNormalization()])
    for ours, keras in (
        (model.weights, model.variables),
        (model.trainable_weights, model.trainable_variables),
        (model.non_trainable_weights, model.non_trainable_variables),
    ):
        assert len(ours) == len(keras) > 0
        assert all(np.shares_memory(a, b) for a, b in zip(ours, keras, strict=True))
    assert [len(model.trainable_variables), len(model.non_trainable_variables)] == [4, 2]


def test_a_sequential_can_start_frozen():
    x, y = digits(32)
    model = martlet.Sequential([layers.Flatten(), layers.Dense(10)], trainable=False)
    model.compile("sgd", "mse")
    model.build((None, *x.shape[1:]))
    before = model.get_weights()
    model.fit(x, np.eye(10)[y], verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    assert model.trainable_variables == []
    with pytest.raises(TypeError, match=r"trainable to be True or False, received 'digits'"):
        martlet.Sequential([layers.Dense(1)], "digits")


def test_metrics_are_objects_after_compile():
    model = martlet.Sequential([layers.Dense(3, input_shape=(4,))])
    assert (model.metrics, model.get_compile_config()) == ([], None)
    named = metrics.MeanAbsoluteError(name="size")
    model.compile("sgd", "mse", metrics=[named, "mse"])
    assert model.metrics[0] is named
    assert [metric.name for metric in model.metrics] == model.metrics_names[1:]
    model.reset_metrics()
    assert model.metrics[0] is named


def test_a_compilation_goes_from_model_to_model():
    model = compiled("adam")
    model.optimizer.learning_rate = 0.02
    other = martlet.models.clone_model(model)
    other.compile_from_config(model.get_compile_config())
    assert other.get_compile_config() == model.get_compile_config()
    assert other.optimizer.learning_rate == pytest.approx(0.02)
    with pytest.raises(ValueError, match=r'compile_from_config: .*"loss"'):
        other.compile_from_config({"optimizer": "sgd"})


def test_compute_output_shape_builds_nothing():
    model = martlet.Sequential([layers.Conv2D(4, 3), layers.Flatten()])
    assert model.compute_output_shape((None, 8, 6, 1)) == (None, 96)
    assert not model.built
    model.build((None, 5, 5, 1))
    assert model.compute_output_shape((None, 5, 5, 1)) == (None, 36)
    with pytest.raises(ValueError, match="already"):
        model.compute_output_shape((None, 8, 8, 1))
