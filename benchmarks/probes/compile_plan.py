"""How long the engine takes to make a plan for a residual network of 50 layers with weights.

Prints the median of the seconds, for a training batch of 64.
"""

from __future__ import annotations

import json
import time
from statistics import median

import martlet
from martlet import layers

ROUNDS = 9


def residual(depth: int = 8) -> martlet.Model:
    """A stem, three stages of `depth` blocks with two convolutions each, and a dense layer: 50."""
    inputs = martlet.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(depth):
            stride = 2 if stage and not block else 1
            y = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
            y = layers.ReLU()(layers.BatchNormalization()(y))
            y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
            y = layers.BatchNormalization()(y)
            if stride > 1:
                x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
            x = layers.ReLU()(layers.add([x, y]))
    x = layers.GlobalAveragePooling2D()(x)
    return martlet.Model(inputs, layers.Dense(10, activation="softmax")(x))


def main() -> None:
    model = residual()
    times = []
    for _ in range(ROUNDS):
        # Whoever compiles a model has its plans made anew.
        model.compile("sgd", "sparse_categorical_crossentropy")
        start = time.perf_counter()
        plan = model.plan(batch_size=64)
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": median(times), "steps": len(plan.steps)}))


if __name__ == "__main__":
    main()
