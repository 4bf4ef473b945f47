from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import classifier, linear
from martlet import layers


def test_names_are_numbered_within_a_model():
    model = martlet.Sequential(
        [layers.Dense(2, input_shape=(3,)), layers.Dense(2), layers.ReLU(), layers.Dense(2)]
    )
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "re_lu", "dense_2"]
    assert [layer.name for layer in classifier().layers] == [
        "flatten",
        "dense",
        "dropout",
        "dense_1",
    ]


def test_numbers_go_around_names_that_were_chosen():
    model = martlet.Sequential(
        [layers.Dense(2, name="dense_1", input_shape=(3,)), layers.Dense(2), layers.Dense(2)]
    )
    assert [layer.name for layer in model.layers] == ["dense_1", "dense", "dense_2"]


def test_weights_are_copied_in():
    layer = linear().layers[0]
    kernel = np.arange(6).reshape(3, 2)
    layer.set_weights([kernel, [7, 8]])
    np.testing.assert_array_equal(layer.kernel, kernel)
    np.testing.assert_array_equal(layer.bias, [7, 8])
    layer.assign("bias", [1, 2])
    np.testing.assert_array_equal(layer.get_weights()[1], [1, 2])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([np.zeros((3, 2))], "expected 2 arrays"),
        ([np.zeros((3, 2)), np.zeros(3)], "bias of shape"),
        ([np.zeros((2, 3)), np.zeros(2)], "kernel of shape"),
        ([np.full((3, 2), np.nan), np.zeros(2)], "NaN"),
    ],
)
def test_wrong_weights_change_nothing(weights, words):
    layer = linear().layers[0]
    before = layer.get_weights()
    with pytest.raises(ValueError, match=words):
        layer.set_weights(weights)
    for now, then in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_assign_names_the_nearest_parameter():
    with pytest.raises(ValueError, match='"kernel"'):
        linear().layers[0].assign("kernle", np.zeros((3, 2)))


def test_attributes_cannot_be_replaced():
    layer = linear().layers[0]
    with pytest.raises(AttributeError, match=r"assign\(\"kernel\""):
        layer.kernel = np.zeros((3, 2))
    with pytest.raises(AttributeError, match="read only"):
        layer.bias_gradient = np.zeros(2)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Flatten(input_shape=(2, 3)),
        layers.Reshape((3, 2), name="shaped"),
        layers.Dense(4, "tanh", use_bias=False, kernel_initializer="he_uniform", trainable=False),
        layers.Dense(4, kernel_initializer=martlet.initializers.Constant(2.0)),
        layers.Dropout(0.25, seed=4),
        layers.Activation("sigmoid"),
        layers.ReLU(),
        layers.Softmax(),
        layers.Rescaling(1 / 255, offset=-0.5),
        layers.InputLayer((4, 5)),
        layers.LeakyReLU(0.1),
        layers.ZeroPadding2D(((1, 2), (3, 4))),
        layers.UpSampling2D((1, 3)),
        layers.Conv2D(
            4, (3, 2), 2, "SAME", dilation_rate=(1, 2), groups=2, activation="leaky_relu"
        ),
        layers.Conv1D(4, 3, strides=2, use_bias=False),
        layers.DepthwiseConv2D(3, depth_multiplier=2, depthwise_initializer="ones"),
        layers.SeparableConv2D(4, 3, depth_multiplier=2, pointwise_initializer="zeros"),
        layers.Conv2DTranspose(4, 3, 2, output_padding=1),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.AveragePooling2D((2, 1)),
        layers.GlobalMaxPooling2D(keepdims=True),
        layers.GlobalAveragePooling2D(data_format="channels_last"),
    ],
    ids=lambda layer: layer.name,
)
def test_configs_round_trip(layer):
    copy = type(layer).from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert copy.trainable == layer.trainable
    assert repr(copy) == repr(layer)


def test_input_dim_is_a_shape_of_one_axis():
    assert layers.Dense(3, input_dim=7).input_shape == (7,)


def test_a_layer_without_weights_has_none():
    layer = classifier().layers[0]
    assert layer.weights == []
    assert layer.count_params() == 0
    layer.set_weights([])
