"""The network that the probes train."""

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
