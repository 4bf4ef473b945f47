"""Martlet: small neural networks, trained at a CPU's limit by a Swift engine, under Keras's names.

Example:
    >>> model = martlet.Sequential([
    ...     layers.Flatten(input_shape=(28, 28)),
    ...     layers.Dense(128, activation="relu"),
    ...     layers.Dense(10, activation="softmax"),
    ... ])
    >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from martlet import (
    activations,
    applications,
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    utils,
)
from martlet._core import __version__
from martlet.graph import SymbolicTensor
from martlet.layers import Input
from martlet.models import Model, Sequential
from martlet.runtime import (
    get_float32_matmul_precision,
    get_num_threads,
    info,
    set_float32_matmul_precision,
    set_num_threads,
)

if TYPE_CHECKING:
    from martlet import datasets, keras, model_selection, visualization
    from martlet.model_selection import lr_find

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "SymbolicTensor",
    "__version__",
    "activations",
    "applications",
    "callbacks",
    "datasets",
    "get_float32_matmul_precision",
    "get_num_threads",
    "info",
    "initializers",
    "keras",
    "layers",
    "losses",
    "lr_find",
    "metrics",
    "model_selection",
    "models",
    "optimizers",
    "set_float32_matmul_precision",
    "set_num_threads",
    "utils",
    "visualization",
]

_LAZY = ("datasets", "keras", "model_selection", "visualization")


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return importlib.import_module(f"martlet.{name}")
    if name == "lr_find":
        return importlib.import_module("martlet.model_selection").lr_find
    raise AttributeError(f"module 'martlet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY, "lr_find"})
