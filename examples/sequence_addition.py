"""Teaches a network to add as it is done by hand: column by column from the right, with a carry.

A step of the sequence is a column of two digits, and the answer is a digit for each step. The carry
is nowhere in the data: the LSTM has to find out that it needs one. Numbers have different lengths;
what is missing is padding, index 0, which `mask_zero=True` keeps out of the network's memory and
out of the loss.

Run it with `python examples/sequence_addition.py`. It draws its own numbers, takes a few seconds
and checks its result.
"""

from __future__ import annotations

import numpy as np

import martlet
from martlet import layers

COLUMNS = 12
PADDING = 0


def sums(count: int, longest: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns of two numbers, as indices from 1 to 100, and the digits of their sum.

    Both begin with the last digit and have the shape (count, COLUMNS). The column in front of the
    longest numbers is of two zeros, and has room for the carry.
    """
    source = np.random.default_rng(seed)
    upper, lower = source.integers(0, 10, size=(2, count, COLUMNS))
    lengths = source.integers(2, longest + 1, size=(count, 1))
    place = np.arange(COLUMNS)
    upper, lower = (np.where(place < lengths, digits, 0) for digits in (upper, lower))
    answer = np.zeros((count, COLUMNS), np.int64)
    carry = np.zeros(count, np.int64)
    for column in range(COLUMNS):
        total = upper[:, column] + lower[:, column] + carry
        answer[:, column], carry = total % 10, total // 10
    columns = np.where(place <= lengths, 1 + 10 * upper + lower, PADDING)
    return columns, answer


def network() -> martlet.Sequential:
    """Reads a column at a time, and writes a digit at a time."""
    return martlet.Sequential(
        [
            layers.Embedding(101, 16, mask_zero=True, input_shape=(COLUMNS,)),
            layers.LSTM(32, return_sequences=True),
            layers.Dense(10, activation="softmax"),
        ]
    )


def number(digits: np.ndarray) -> int:
    """The number whose last digit comes first."""
    return sum(int(digit) * 10**place for place, digit in enumerate(digits))


def main() -> float:
    """Trains on short numbers and returns the share of right answers for long ones."""
    martlet.utils.set_random_seed(3)
    x, y = sums(20_000, longest=6, seed=1)
    model = network()
    model.compile(
        optimizer=martlet.optimizers.Adam(0.01),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x, y, epochs=4, batch_size=64, verbose=2)

    x, y = sums(2_000, longest=COLUMNS - 1, seed=2)
    digits = model.predict(x, verbose=0).argmax(axis=-1)
    valid = x != PADDING
    right = float(((digits == y) | ~valid).all(axis=1).mean())
    for columns, answer in zip(x[:3], np.where(valid, digits, 0), strict=False):
        upper, lower = np.divmod(np.maximum(columns - 1, 0), 10)
        print(f"{number(upper)} + {number(lower)} = {number(answer)}")
    print(f"{right:.1%} of the sums are right, most of them longer than any that it learnt from")
    return right


if __name__ == "__main__":
    assert main() > 0.98
