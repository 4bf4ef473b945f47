"""The networks that the probes train."""

from __future__ import annotations

from collections.abc import Sequence

import martlet
from martlet import layers


def classifier(metrics: Sequence[str]) -> martlet.Sequential:
    """The benchmark's `mlp`, compiled."""
    model = martlet.Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=list(metrics))
    return model


def convolutional(metrics: Sequence[str]) -> martlet.Sequential:
    """The benchmark's `cnn`, compiled."""
    model = martlet.Sequential(
        [
            layers.Reshape((28, 28, 1), input_shape=(28, 28)),
            *(layers.Conv2D(10, 5), layers.MaxPooling2D(), layers.ReLU()),
            *(layers.Conv2D(20, 5), layers.MaxPooling2D(), layers.ReLU()),
            *(layers.Flatten(), layers.Dense(50, activation="relu"), layers.Dense(10)),
        ]
    )
    loss = martlet.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(martlet.optimizers.SGD(0.01, momentum=0.9), loss, metrics=list(metrics))
    return model
