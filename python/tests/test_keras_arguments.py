"""Every exported class takes every argument of Keras at Keras's default, and ignores none."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import callbacks, initializers, layers, losses, metrics, optimizers
from martlet._keras import KERAS_ARGUMENTS
from martlet.optimizers import schedules

FAMILIES = {
    "layers": layers,
    "optimizers": optimizers,
    "optimizers.schedules": schedules,
    "losses": losses,
    "metrics": metrics,
    "initializers": initializers,
    "callbacks": callbacks,
}

BASES = {"Optimizer", "LearningRateSchedule", "Loss", "Metric", "Initializer", "Callback"}
MARTLETS_OWN = {
    "BalancedAccuracy",
    "CallbackList",
    "CohenKappa",
    "ConfusionMatrix",
    "LivePlot",
    "MatthewsCorrelation",
    "OptunaPruningCallback",
    "ProgressBar",
    "Specificity",
}

REQUIRED = {
    "units": 3,
    "filters": 3,
    "kernel_size": 2,
    "pool_size": 2,
    "rate": 0.5,
    "stddev": 0.5,
    "activation": "relu",
    "dims": (2, 1),
    "n": 2,
    "scale": 0.5,
    "target_shape": (2, 3),
    "output_dim": 2,
    "layer": lambda: layers.LSTM(2),
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "decay_rate": 0.5,
    "boundaries": [1],
    "values": [0.1, 0.2],
    "filename": "log.csv",
    "filepath": "a.safetensors",
    "schedule": lambda: len,
    "num_classes": 3,
    "target_class_ids": [0],
    "precision": 0.5,
    "recall": 0.5,
    "sensitivity": 0.5,
    "specificity": 0.5,
    ("Embedding", "input_dim"): 3,
    ("InputLayer", "shape"): (2,),
    ("TimeDistributed", "layer"): lambda: layers.Dense(2),
}

# A checkpoint of Martlet holds weights; without the word one would expect a whole model.
REFUSED = {("ModelCheckpoint", "save_weights_only"), ("InputLayer", "shape")}


def exported():
    found = []
    for family, module in FAMILIES.items():
        for name in module.__all__:
            cls = getattr(module, name)
            if inspect.isclass(cls) and name not in BASES | MARTLETS_OWN:
                found.append(pytest.param(f"{family}.{cls.__name__}", cls, id=f"{family}.{name}"))
    return found


def needed(cls, entry):
    found = {}
    for name, *default in entry:
        value = REQUIRED.get((cls.__name__, name), None if default else REQUIRED.get(name))
        if value is not None:
            found[name] = value() if inspect.isfunction(value) else value
    return found


def foreign(cls, entry):
    """The arguments that Keras has and Martlet does not."""
    own = set(inspect.signature(cls.__init__).parameters) | set(cls.shared_arguments)
    return {name: default[0] for name, *default in entry if default and name not in own}


@pytest.mark.parametrize(("key", "cls"), exported())
def test_every_class_takes_the_arguments_of_keras_at_their_defaults(key, cls):
    if key in KERAS_ARGUMENTS:
        entry = KERAS_ARGUMENTS[key]
        defaults = {
            name: tuple(default[0]) if isinstance(default[0], list) else default[0]
            for name, *default in entry
            if default and (cls.__name__, name) not in REFUSED
        }
        made = cls(**{**defaults, **needed(cls, entry)})
        cls(**needed(cls, entry), **dict.fromkeys(foreign(cls, entry)))
        if hasattr(made, "get_config"):
            assert set(made.get_config()).isdisjoint(foreign(cls, entry))
    else:
        pytest.fail(f"{key}: run scripts/keras_arguments.py, or add a line to its file.")


@pytest.mark.parametrize(("key", "cls"), exported())
def test_no_argument_of_keras_is_ignored(key, cls):
    for name in foreign(cls, KERAS_ARGUMENTS[key]):
        with pytest.raises(TypeError, match=f"{name}='other' is not supported yet"):
            cls(**needed(cls, KERAS_ARGUMENTS[key]), **{name: "other"})


@pytest.mark.parametrize(("key", "cls"), exported())
def test_arguments_by_place_mean_what_they_mean_in_keras(key, cls):
    entry = KERAS_ARGUMENTS[key]
    strange = foreign(cls, entry)
    signature = inspect.signature(cls.__init__).parameters.values()
    names = [item.name for item in signature if item.kind is item.POSITIONAL_OR_KEYWORD][1:]
    order = [name for name, *_ in entry if name in names]
    assert order == [name for name in names if name in order]
    for place, (name, *_) in enumerate(entry):
        given = needed(cls, entry[:place])
        if name in strange and len(given) == place:
            with pytest.raises(TypeError, match=f"{name}='other' is not supported yet"):
                cls(*given.values(), "other")


def test_the_words_of_a_tutorial_are_taken():
    layers.Dense(4, kernel_regularizer=None, bias_constraint=None, activity_regularizer=None)
    layers.Dense(4, "relu", True, "glorot_uniform", "zeros", None, None)
    layers.Flatten(data_format="channels_last")
    optimizers.Adam(clipnorm=None, use_ema=False, ema_momentum=0.99)
    losses.MeanSquaredError(reduction="sum_over_batch_size", dtype="float32")
    metrics.BinaryAccuracy(threshold=0.5, dtype=None)
    martlet.Sequential([layers.Dense(2)], trainable=True)
    martlet.Input(shape=(3,), batch_size=None, sparse=False or None)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(4, kernel_regularizer="l2"), r"Dense: kernel_regularizer='l2' is"),
        (lambda: layers.Dropout(0.5, (2, 1)), r"Dropout: noise_shape=\(2, 1\) is"),
        (lambda: optimizers.SGD(clipnorm=1.0), r"SGD: clipnorm=1.0 is"),
        (lambda: optimizers.SGD(use_ema=True), r"SGD: use_ema=True is"),
        (lambda: metrics.AUC(num_labels=3), r"AUC: num_labels=3 is"),
        (lambda: schedules.PolynomialDecay(0.1, 10, cycle=True), r"cycle=True is"),
        (
            lambda: layers.Dropout(0.5, None, noise_shape=None),
            "noise_shape twice",
        ),
    ],
)
def test_a_value_that_would_change_the_result_is_refused(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_the_methods_of_a_model_take_keras_arguments(tmp_path):
    x, y = digits(64)
    model = compiled()
    loss = "sparse_categorical_crossentropy"
    model.compile("sgd", loss, None, ["accuracy"], None, False, 1, "auto", auto_scale_loss=True)
    history = model.fit(x, y, 32, 1, 0, None, 0.5, None, True, None, None, 0, None, None, 16, 1)
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert isinstance(model.evaluate(x, y, None, 0, None, None, None, True), dict)
    assert len(model.predict(x, None, 0, None, None)) == 64
    martlet.models.clone_model(model, input_tensors=None, clone_function=None)
    path = tmp_path / "a.safetensors"
    model.save_weights(filepath=path, overwrite=True, max_shard_size=None)
    model.load_weights(filepath=path, skip_mismatch=False)
    for call in (
        lambda: model.compile("sgd", "mse", auto_scale_loss=False),
        lambda: model.fit(x, y, verbose=0, steps_per_epoch=3),
        lambda: model.load_weights(path, skip_mismatch=True),
    ):
        with pytest.raises(TypeError, match="is not supported yet"):
            call()


def test_a_layer_of_ones_own_hands_keras_arguments_on():
    class Wide(layers.Dense):
        def __init__(self, units, **kwargs):
            super().__init__(2 * units, **kwargs)

    made = Wide(3, kernel_regularizer=None, activity_regularizer=None, name="wide")
    assert (made.units, made.name) == (6, "wide")
    with pytest.raises(TypeError, match="kernel_regularizer='l2' is not supported"):
        Wide(3, kernel_regularizer="l2")


def test_an_array_as_such_an_argument_is_refused_clearly():
    with pytest.raises(TypeError, match="is not supported yet"):
        layers.Dense(3, kernel_regularizer=np.zeros(2))
