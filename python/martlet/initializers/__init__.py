"""Initializers of weights. Each class may be named by a string: "he_normal" is `HeNormal()`."""

from __future__ import annotations

from collections.abc import Mapping
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
    VarianceScaling,
)
from martlet.initializers.identity import Identity
from martlet.initializers.initializer import Initializer
from martlet.initializers.orthogonal import Orthogonal
from martlet.initializers.random import RandomNormal, RandomUniform, TruncatedNormal

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

# Keras's other names.
IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

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
        VarianceScaling,
        Identity,
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


def serialize(initializer: Any) -> dict[str, Any]:
    """Returns an initializer, or what a name stands for, as plain values that JSON can hold.

    Example:
        >>> martlet.initializers.serialize("zeros")
        {'class': 'Zeros', 'config': {}}
    """
    return get(initializer).to_engine()


def deserialize(config: str | Mapping[str, Any]) -> Initializer:
    """Makes an initializer from what `serialize` returned."""
    return get(config)
