"""A small network in the engine's own terms, for the tests of the extension module."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from martlet import _core

FEATURES = 12
CLASSES = 3
Builder = Callable[..., _core.Model]


def architecture(*layers: tuple[str, dict[str, Any]], shape: tuple[int, ...]) -> str:
    """The engine's JSON for a stack of layers, each a (class, config) pair."""
    stack = [("Input", {"shape": list(shape)}), *layers]
    return json.dumps(
        {
            "name": "sequential",
            "layers": [
                {"class": kind, "name": f"{kind.lower()}_{index}", "config": config}
                for index, (kind, config) in enumerate(stack)
            ],
            "nodes": [
                {"layer": index, "inputs": [[index - 1, 0]] if index else []}
                for index in range(len(stack))
            ],
            "inputs": [[0, 0]],
            "outputs": [[len(stack) - 1, 0]],
        }
    )


def classifier_layers(units: int = 8) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("Flatten", {}),
        ("Dense", {"units": units, "activation": "relu"}),
        ("Dropout", {"rate": 0.2}),
        ("Dense", {"units": CLASSES, "activation": "softmax"}),
    ]


CONFIGURATION = json.dumps(
    {
        "losses": [{"class": "CategoricalCrossentropy", "config": {}}],
        "loss_weights": [1.0],
        "metrics": [{"class": "AutoAccuracy"}],
        "optimizer": {"class": "SGD", "config": {"learning_rate": 0.1, "momentum": 0.9}},
    }
)


def train(model: _core.Model, x: Any, y: Any, **changes: Any) -> Any:
    """`Model.train` with everything but the data at a plain value."""
    arguments = {
        "sample_weight": None,
        "rows": None,
        "batch_size": 16,
        "shuffle": False,
        "seed": 0,
        "epoch": 0,
        "interval": 0.0,
        "progress": None,
    }
    return model.train([x], [y], **{**arguments, **changes})
