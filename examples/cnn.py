"""A small convolutional network reads 99% of MNIST's test digits, after ten epochs of plain SGD.

`python examples/cnn.py` trains it, which takes a quarter of a minute on two cores, and fails if it
falls short.
"""

from __future__ import annotations

import sys

import martlet
from martlet import layers
from martlet.datasets import mnist
from martlet.optimizers import SGD
from martlet.optimizers.schedules import CosineDecay

EPOCHS, BATCH_SIZE, LEARNING_RATE = 10, 16, 0.2


def network() -> martlet.Sequential:
    """The tutorials' network: two convolutions with pooling, two dense layers."""
    return martlet.Sequential(
        [
            layers.Rescaling(1 / 255, input_shape=(28, 28, 1)),
            *(layers.Conv2D(10, 5), layers.MaxPooling2D(), layers.ReLU()),
            *(layers.Conv2D(20, 5), layers.MaxPooling2D(), layers.ReLU()),
            layers.Flatten(),
            layers.Dense(50, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def main(seed: int = 1) -> float:
    """Trains from a seed and returns the accuracy on the test set."""
    martlet.utils.set_random_seed(seed)
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    model = network()
    # Large steps first and small ones last: with steps of one size the end is left to chance.
    steps = EPOCHS * -(-len(x_train) // BATCH_SIZE)
    model.compile(
        optimizer=SGD(CosineDecay(LEARNING_RATE, steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train[..., None], y_train, epochs=EPOCHS, batch_size=BATCH_SIZE)
    _, accuracy = model.evaluate(x_test[..., None], y_test, verbose=0)
    print(f"{accuracy:.2%} of {len(x_test):,} test digits")
    return accuracy


if __name__ == "__main__":
    assert main(*map(int, sys.argv[1:])) >= 0.99
