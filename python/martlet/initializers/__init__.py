"""Initializers of weights. Each class may be named by a string: "he_normal" is `HeNormal()`."""

from __future__ import annotations

from typing import Any

from martlet._config import Registry
from martlet.initializers.constant import Constant, Ones, Zeros
from martlet.initializers.fan import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
)
from martlet.initializers.initializer import Initializer
from martlet.initializers.orthogonal import Orthogonal
from martlet.initializers.random import RandomNormal, RandomUniform, TruncatedNormal

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "Zeros",
    "get",
]

# Keras's other name.
OrthogonalInitializer = Orthogonal

_REGISTRY: Registry[Initializer] = Registry(
    "initializer",
    Initializer,
    [
        Zeros,
        Ones,
        Constant,
        RandomNormal,
        RandomUniform,
        TruncatedNormal,
        GlorotUniform,
        GlorotNormal,
        HeUniform,
        HeNormal,
        LecunUniform,
        LecunNormal,
        Orthogonal,
    ],
    {"normal": RandomNormal, "uniform": RandomUniform},
)


def get(identifier: Any) -> Initializer:
    """Returns the initializer that a name, a config dictionary or an object stands for.

    Raises:
        ValueError: No such name; the message gives the nearest one.
        TypeError: Neither a name nor an Initializer.
    """
    return _REGISTRY.get(identifier)
