"""An LSTM reads handwritten digits row by row: `python examples/lstm_rows.py`.

Each image is a sequence of 28 rows of 28 pixels, and what the network remembers after the last row
says which digit it was. Twenty seconds on two cores; the test accuracy must reach 98.5%.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import martlet
from martlet import layers
from martlet.datasets import mnist

BATCH_SIZE = 64


def build(steps: int) -> martlet.Sequential:
    """The network, to be trained for so many steps."""
    model = martlet.Sequential(
        [layers.Input((28, 28)), layers.LSTM(128), layers.Dense(10)], name="rows"
    )
    # A rate that falls along half a cosine: large steps first, and fine ones to end with.
    rate = martlet.optimizers.schedules.CosineDecay(4e-3, decay_steps=steps)
    loss = martlet.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(martlet.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


def main(epochs: int = 6, required: float = 0.985, count: int | None = None) -> float:
    """Trains on the first `count` digits, or all, and returns the accuracy on the test digits."""
    martlet.utils.set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train, y_train = x_train[:count] / np.float32(255), y_train[:count]
    model = build(steps=epochs * -(-len(x_train) // BATCH_SIZE))
    start = time.perf_counter()
    model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=epochs)
    seconds = time.perf_counter() - start
    _, accuracy = model.evaluate(x_test / np.float32(255), y_test, verbose=0)
    print(f"{accuracy:.2%} of {len(x_test):,} test digits are right, after {seconds:.0f} s.")
    assert accuracy >= required, f"expected at least {required:.1%}"
    return accuracy


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train an LSTM on the rows of digits.")
    parser.add_argument("--epochs", type=int, default=6, help="passes over the data (default: 6)")
    main(parser.parse_args().epochs)
