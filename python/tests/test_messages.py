"""Hints for names: a slip is mended, another meaning is never proposed."""

from __future__ import annotations

import pytest

import martlet
from martlet import layers
from martlet._messages import hint

DENSE = [
    *("units", "activation", "use_bias", "kernel_initializer", "bias_initializer"),
    *("name", "trainable", "input_shape", "input_dim", "dtype"),
]


@pytest.mark.parametrize(
    "name",
    [
        *("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint"),
        *("bias_constraint", "output_shape", "outputs", "lora_rank", "weights", "dropout"),
    ],
)
def test_another_meaning_is_never_proposed(name):
    assert hint(name, DENSE) == ""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("activaton", "activation"),
        ("kernel_initialiser", "kernel_initializer"),
        ("kernel_initalizer", "kernel_initializer"),
        ("inputshape", "input_shape"),
        ("input_dims", "input_dim"),
        ("unit", "units"),
        ("nuits", "units"),
        ("UNITS", "units"),
        ("bias", "use_bias"),
        ("init", "kernel_initializer"),
    ],
)
def test_a_slip_is_mended(name, meant):
    assert hint(name, DENSE) == f' Did you mean "{meant}"?'


def test_numbers_of_training_are_no_answer_to_those_of_validation():
    assert hint("val_loss", ["loss", "accuracy"]) == ""
    assert hint("val_acc", ["acc", "val_accuracy"]) == ' Did you mean "val_accuracy"?'


@pytest.mark.parametrize(
    ("get", "name"),
    [
        (martlet.optimizers.get, "nadam"),
        (martlet.optimizers.get, "Adamax"),
        (martlet.losses.get, "tversky"),
        (martlet.losses.get, "Circle"),
        (martlet.metrics.get, "PearsonCorrelation"),
        (martlet.initializers.get, "STFT"),
        (martlet.activations.get, "glu"),
        (martlet.activations.get, "sparsemax"),
    ],
)
def test_a_name_of_keras_is_no_slip(get, name):
    with pytest.raises(ValueError, match="Keras has it, Martlet does not") as caught:
        get(name)
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("get", "name", "meant"),
    [
        (martlet.optimizers.get, "sdg", "sgd"),
        (martlet.activations.get, "Relu", "relu"),
        (martlet.activations.get, "sofmax", "softmax"),
        (martlet.losses.get, "binary_cross_entropy", "binary_crossentropy"),
        (martlet.losses.get, "sparse_crossentropy", "sparse_categorical_crossentropy"),
    ],
)
def test_a_slip_in_a_registered_name_is_mended(get, name, meant):
    with pytest.raises(ValueError, match=f'Did you mean "{meant}"'):
        get(name)


def test_arguments_that_keras_once_had_are_named():
    with pytest.raises(TypeError, match=r'unknown argument "lr"\. Did you mean "learning_rate"'):
        martlet.optimizers.Adam(lr=0.1)
    model = martlet.Sequential([layers.Dense(2, input_shape=(3,))])
    with pytest.raises(TypeError, match=r'unknown argument "nb_epoch"\. Did you mean "epochs"'):
        model.fit([[1.0, 2, 3]], [[1.0, 2]], nb_epoch=3)
    with pytest.raises(TypeError, match="layer_range='a' is not supported"):
        model.summary(layer_range="a")


def test_a_regularizer_is_no_initializer():
    with pytest.raises(TypeError, match="kernel_regularizer='l2' is not supported") as caught:
        layers.Dense(3, kernel_regularizer="l2")
    assert "initializer" not in str(caught.value)
