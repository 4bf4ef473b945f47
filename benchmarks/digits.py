"""The images that every peer is given: `python digits.py FOLDER [made-up]` writes them there.

Run with the interpreter that has Martlet, it takes real MNIST through `martlet.datasets`. Without
Martlet or without the files it draws ten coarse shapes with noise instead: the time of a step does
not depend on what the pixels show, and the check that a peer learns still works.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TRAIN, TEST = 60_000, 10_000
NAMES = ("x_train", "y_train", "x_test", "y_test")
Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Digits:
    """Images as float32 in 0 … 1 of the network's input shape, and labels 0 … 9."""

    x_train: Floats
    y_train: Labels
    x_test: Floats
    y_test: Labels


def load(folder: Path, rows: int, input_shape: tuple[int, ...]) -> Digits:
    """Reads the first `rows` training images and the whole test set, in memory and contiguous."""
    x_train, y_train, x_test, y_test = (np.load(folder / f"{name}.npy") for name in NAMES)
    return Digits(
        scaled(x_train[:rows], input_shape),
        y_train[:rows].astype(np.int64),
        scaled(x_test, input_shape),
        y_test.astype(np.int64),
    )


def scaled(images: npt.NDArray[np.uint8], input_shape: tuple[int, ...]) -> Floats:
    return (images.astype(np.float32) / 255).reshape(-1, *input_shape)


def write(folder: Path, real: bool) -> str:
    """Writes the four arrays, of MNIST where `real` and possible, and says what they are."""
    try:
        arrays, source = mnist() if real else None, "MNIST"
    except (ImportError, OSError, ValueError) as error:
        arrays = None
        print(f"no MNIST: {error}", file=sys.stderr)
    if arrays is None:
        arrays, source = made_up(np.random.default_rng(0)), "made-up images of MNIST's shape"
    for name, array in zip(NAMES, (*arrays[0], *arrays[1]), strict=True):
        np.save(folder / f"{name}.npy", array)
    return source


def mnist() -> Any:
    """What `martlet.datasets.mnist.load_data` gives."""
    from martlet.datasets import mnist

    return mnist.load_data()


def made_up(rng: np.random.Generator) -> Any:
    """Ten coarse random shapes; an image is one of them plus noise, and mostly dark as in MNIST."""
    coarse = rng.normal(size=(10, 7, 7))
    shapes = np.kron(coarse, np.ones((4, 4)))

    def draw(count: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        labels = rng.integers(0, 10, count, dtype=np.uint8)
        noise = rng.normal(scale=0.7, size=(count, 28, 28)).astype(np.float32)
        lit = (shapes[labels] + noise - 1) * 128
        return np.clip(lit, 0, 255).astype(np.uint8), labels

    return draw(TRAIN), draw(TEST)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), real="made-up" not in sys.argv[2:]))
