"""Small models and data for the tests of the public classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import martlet
from martlet import layers

CLASSES = 4
SHAPE = (6, 5)


def digits(
    count: int = 96, dtype: Any = np.float32, seed: int = 0
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Images of 6 x 5 whose label is the brightest of their first four rows."""
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 100, size=(count, *SHAPE))
    y = generator.integers(0, CLASSES, size=count)
    x[np.arange(count), y] += 100
    return (x / 255 if np.dtype(dtype).kind == "f" else x).astype(dtype), y


def classifier(units: int = 16, dropout: float = 0.0, **kwargs: Any) -> martlet.Sequential:
    """A model that can learn `digits`."""
    return martlet.Sequential(
        [
            layers.Flatten(input_shape=SHAPE),
            layers.Dense(units, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(CLASSES, activation="softmax"),
        ],
        **kwargs,
    )


def compiled(
    optimizer: Any = "sgd", metrics: Any = ("accuracy",), **kwargs: Any
) -> martlet.Sequential:
    """`classifier`, ready to train."""
    model = classifier(**kwargs)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=list(metrics))
    return model


def linear(inputs: int = 3, outputs: int = 2, **kwargs: Any) -> martlet.Sequential:
    """One dense layer without an activation."""
    return martlet.Sequential([layers.Dense(outputs, input_shape=(inputs,), **kwargs)])
