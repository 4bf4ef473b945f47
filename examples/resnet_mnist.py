"""Trains a small residual network on MNIST to at least 99.4% of the test images.

    python examples/resnet_mnist.py

The network is the one of He et al. (2015) with depth 8 and 78,000 weights, and takes about a
minute and a half on two cores of a server. What gets it there in six epochs is the learning rate,
which rises for one epoch and then falls along a cosine; weight decay; and labels that leave a tenth
of their certainty to the other classes.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import martlet
from martlet.datasets import mnist
from martlet.losses import CategoricalCrossentropy
from martlet.optimizers import SGD
from martlet.optimizers.schedules import CosineDecay
from martlet.utils import to_categorical

BATCH = 64


def train(images: int = 60_000, epochs: int = 6, verbose: int = 1) -> float:
    """Trains on the first `images` images and returns the share of test images that are right."""
    martlet.utils.set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train, y_train = x_train[:images], y_train[:images]
    mean, deviation = x_train.mean() / 255, x_train.std() / 255

    def normalized(x: np.ndarray) -> np.ndarray:
        return ((x[..., None] / 255 - mean) / deviation).astype(np.float32)

    steps = -(-images // BATCH)
    model = martlet.applications.resnet(depth=8, width=16, input_shape=(28, 28, 1))
    rate = CosineDecay(0.01, (epochs - 1) * steps, warmup_target=0.1, warmup_steps=steps, alpha=0.0)
    model.compile(
        optimizer=SGD(rate, momentum=0.9, nesterov=True, weight_decay=5e-4),
        loss=CategoricalCrossentropy(label_smoothing=0.1),
        metrics=["accuracy"],
    )
    start = time.perf_counter()
    model.fit(
        normalized(x_train), to_categorical(y_train, 10), BATCH, epochs=epochs, verbose=verbose
    )
    seconds = time.perf_counter() - start
    accuracy = model.evaluate(normalized(x_test), to_categorical(y_test, 10), verbose=0)[1]
    print(f"{accuracy:.2%} of the test images after {epochs} epochs, {seconds:.0f} s")
    return float(accuracy)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=6)
    accuracy = train(epochs=parser.parse_args().epochs)
    assert accuracy >= 0.994, f"expected 99.40% or more, received {accuracy:.2%}"
