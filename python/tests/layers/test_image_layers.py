"""Layers over images as Python sees them: names, views of weights, and errors that help."""

# The engine writes a multiplication sign between numbers.
# ruff: noqa: RUF001

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

IMAGE = (6, 5, 4)
SEQUENCE = (6, 4)


def built(layer, shape=IMAGE):
    return martlet.Sequential([layers.Input(shape), layer])


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Convolution1D", "Conv1D"),
        ("Convolution2D", "Conv2D"),
        ("Convolution2DTranspose", "Conv2DTranspose"),
        ("SeparableConvolution2D", "SeparableConv2D"),
        ("MaxPool2D", "MaxPooling2D"),
        ("AvgPool2D", "AveragePooling2D"),
        ("GlobalAvgPool2D", "GlobalAveragePooling2D"),
        ("GlobalMaxPool2D", "GlobalMaxPooling2D"),
    ],
)
def test_keras_other_names(alias, name):
    assert getattr(layers, alias) is getattr(layers, name)


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (layers.Conv2D(8, (3, 2), groups=2), IMAGE, {"kernel": (3, 2, 2, 8), "bias": (8,)}),
        (layers.Conv1D(8, 3), SEQUENCE, {"kernel": (3, 4, 8), "bias": (8,)}),
        (
            layers.DepthwiseConv2D((3, 2), depth_multiplier=3),
            IMAGE,
            {"kernel": (3, 2, 4, 3), "bias": (12,)},
        ),
        (
            layers.SeparableConv2D(7, 2, depth_multiplier=3),
            IMAGE,
            {"depthwise_kernel": (2, 2, 4, 3), "pointwise_kernel": (1, 1, 12, 7), "bias": (7,)},
        ),
        (layers.Conv2DTranspose(7, (3, 2)), IMAGE, {"kernel": (3, 2, 7, 4), "bias": (7,)}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_weights_have_keras_shapes(layer, shape, expected):
    model = built(layer, shape)
    assert [view.shape for view in layer.weights] == list(expected.values())
    for name, extents in expected.items():
        assert getattr(layer, name).shape == extents
        assert getattr(layer, f"{name}_gradient").shape == extents
    assert model.count_params() == sum(int(np.prod(extents)) for extents in expected.values())


@pytest.mark.parametrize(
    ("layer", "name", "fans"),
    [
        (layers.Conv2D(60, 5, groups=2), "kernel", 25 * 10 + 25 * 60),
        (layers.DepthwiseConv2D(5, depth_multiplier=9), "kernel", 25 * 20 + 25 * 9),
        (layers.SeparableConv2D(60, 5), "pointwise_kernel", 20 + 60),
        (layers.Conv2DTranspose(60, 5), "kernel", 25 * 60 + 25 * 20),
    ],
    ids=lambda value: type(value).__name__,
)
def test_kernels_start_within_keras_limits(layer, name, fans):
    built(layer, (6, 6, 20))
    limit = np.sqrt(6 / fans)
    assert limit * 0.97 < np.abs(getattr(layer, name)).max() <= limit * 1.0001


def test_a_kernel_is_a_window_onto_the_engine():
    layer = layers.Conv2D(3, 2, use_bias=False)
    model = built(layer, (2, 2, 1))
    before = layer.kernel
    layer.assign("kernel", np.arange(12).reshape(2, 2, 1, 3))
    np.testing.assert_array_equal(before.ravel(), np.arange(12))
    assert layer.bias is None
    np.testing.assert_allclose(model.predict(np.ones((1, 2, 2, 1))).ravel(), [18, 22, 26])


def test_pools_lie_side_by_side_unless_told_otherwise():
    assert layers.MaxPooling2D((3, 2)).strides == (3, 2)
    assert layers.MaxPooling2D((3, 2), strides=1).strides == (1, 1)


@pytest.mark.parametrize("kind", [layers.Conv2D, layers.DepthwiseConv2D, layers.MaxPooling2D])
def test_channels_first_is_refused_with_a_way_out(kind):
    sizes = (2, 3) if kind is layers.Conv2D else (3,)
    with pytest.raises(ValueError, match=r"channels_last.*channels_first.*moveaxis"):
        kind(*sizes, data_format="channels_first")


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: layers.Conv2D(0, 3), ValueError, "Conv2D: expected filters to be a positive"),
        (lambda: layers.Conv2D(2, 0), ValueError, "kernel_size to be a positive integer"),
        (lambda: layers.Conv2D(2, 3, strides=0), ValueError, "strides to be a positive integer"),
        (lambda: layers.Conv2D(2, 3, strides=(1, -1)), ValueError, "received -1"),
        (lambda: layers.Conv2D(2, 2.5), TypeError, "received 2.5"),
        (lambda: layers.Conv2D(2, (3, 3, 3)), ValueError, "(rows, columns), received (3, 3, 3)"),
        (lambda: layers.Conv2D(2, (3,)), ValueError, "received (3,)"),
        (lambda: layers.Conv2D(2, 3, padding="full"), ValueError, "'valid', 'same'"),
        (lambda: layers.Conv2D(2, 3, padding=1), ValueError, "received 1"),
        (lambda: layers.Conv2D(2, 3, groups=0), ValueError, "groups"),
        (lambda: layers.Conv2D(2, 3, dilation_rate=0), ValueError, "dilation_rate"),
        (lambda: layers.Conv2D(2, 3, activation="leeky_relu"), ValueError, '"leaky_relu"?'),
        (lambda: layers.Conv2D(2, 3, stride=2), TypeError, 'Did you mean "strides"?'),
        (lambda: layers.Conv1D(2, (3, 3)), TypeError, "kernel_size to be a positive integer"),
        (lambda: layers.DepthwiseConv2D(3, depth_multiplier=0), ValueError, "depth_multiplier"),
        (lambda: layers.Conv2DTranspose(2, 3, 2, output_padding=2), ValueError, "(2, 2)"),
        (lambda: layers.Conv2DTranspose(2, 3, output_padding=-1), ValueError, "output_padding"),
        (lambda: layers.MaxPooling2D(0), ValueError, "MaxPooling2D: expected each extent of pool"),
        (lambda: layers.AvgPool2D(2, strides=0), ValueError, "AveragePooling2D: expected each"),
        (lambda: layers.ZeroPadding2D(-1), ValueError, "at least 0"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), ValueError, "received (1, 2, 3)"),
        (lambda: layers.UpSampling2D(0), ValueError, "size"),
        (lambda: layers.UpSampling2D(2, interpolation="bilinear"), ValueError, "'nearest'"),
        (lambda: layers.LeakyReLU(-0.1), ValueError, "at least 0"),
    ],
)
def test_layers_that_cannot_be(make, kind, words):
    with pytest.raises(kind) as caught:
        make()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            layers.Conv2D(2, 7),
            IMAGE,
            'Conv2D "conv2d": a window of 7 = (7 - 1) × 1 + 1 does not fit into 6 rows. Use a '
            'smaller kernel, or padding "same".',
        ),
        (
            layers.Conv2D(2, (1, 3), dilation_rate=3, name="wide"),
            IMAGE,
            'Conv2D "wide": a window of 7 = (3 - 1) × 3 + 1 does not fit into 5 columns. Use a '
            'smaller kernel, or padding "same".',
        ),
        (
            layers.Conv2D(6, 3, groups=3),
            IMAGE,
            'Conv2D "conv2d": groups must divide channels and filters, received 3 groups of 4 '
            "channels and 6 filters.",
        ),
        (
            layers.Conv2D(2, 3),
            (28, 28),
            'Conv2D "conv2d": expected input (batch, rows, columns, channels), received (batch, '
            "28, 28). Add Reshape((28, 28, 1)) before it.",
        ),
        (
            layers.Conv1D(2, 9),
            SEQUENCE,
            'Conv1D "conv1d": a window of 9 = (9 - 1) × 1 + 1 does not fit into 6 steps. Use a '
            'smaller kernel, or padding "same".',
        ),
        (
            layers.Conv1D(2, 3),
            (100,),
            'Conv1D "conv1d": expected input (batch, steps, channels), received (batch, 100). Add '
            "Reshape((100, 1)) before it.",
        ),
        (
            layers.MaxPooling2D(7),
            IMAGE,
            'MaxPooling2D "max_pooling2d": a window of 7 = (7 - 1) × 1 + 1 does not fit into 6 '
            'rows. Use a smaller kernel, or padding "same".',
        ),
        (
            layers.Conv2D(2, 2**40, padding="same"),
            IMAGE,
            'Conv2D "conv2d": expected positive kernel size, stride and dilation of at most '
            "1048576, received 1099511627776, 1 and 1.",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_shapes_that_do_not_fit_are_explained(layer, shape, message):
    with pytest.raises((ValueError, MemoryError)) as caught:
        built(layer, shape)
    assert message in str(caught.value)


def test_borders_are_zero_whatever_memory_held_before():
    """The wide layer's output is dead by then, and the engine uses its place again."""
    inner = [
        layers.Input((5,)),
        layers.Dense(500, activation="sigmoid"),
        layers.Dense(12),
        layers.Reshape((2, 2, 3)),
    ]
    images = martlet.Sequential(inner)
    padded = martlet.Sequential([images, layers.ZeroPadding2D(((1, 2), (3, 1)))])
    x = np.random.default_rng(0).normal(size=(17, 5))
    expected = np.pad(images.predict(x), ((0, 0), (1, 2), (3, 1), (0, 0)))
    np.testing.assert_array_equal(padded.predict(x), expected)


def test_images_of_other_channels_are_refused_when_data_comes():
    model = built(layers.Conv2D(2, 3))
    with pytest.raises(ValueError, match=r"\(3, 6, 5, 1\)"):
        model.predict(np.zeros((3, 6, 5, 1)))


def test_a_small_cnn_learns():
    generator = np.random.default_rng(0)
    y = generator.integers(0, 2, 200)
    x = generator.normal(scale=0.3, size=(200, 8, 8)).astype(np.float32)
    x[y == 1, 2:6, 3] += 1
    x[y == 0, 3, 2:6] += 1
    model = martlet.Sequential(
        [
            layers.Reshape((8, 8, 1), input_shape=(8, 8)),
            layers.Conv2D(4, 3),
            layers.MaxPooling2D(),
            layers.LeakyReLU(0.1),
            layers.SeparableConv2D(8, 2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(
        martlet.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(x, y, epochs=15, batch_size=16, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.95
