"""Checks of arguments: each returns the value, or says what was expected and received."""

from martlet._checks.arrays import axis, finite_floats, floats, unmasked
from martlet._checks.collections import config, items, pair, shape
from martlet._checks.numbers import factor, flag, integer, number, positive, seed, verbosity
from martlet._checks.texts import (
    choice,
    function,
    label,
    name,
    path_text,
    text,
    weights_path,
)

__all__ = [
    "axis",
    "choice",
    "config",
    "factor",
    "finite_floats",
    "flag",
    "floats",
    "function",
    "integer",
    "items",
    "label",
    "name",
    "number",
    "pair",
    "path_text",
    "positive",
    "seed",
    "shape",
    "text",
    "unmasked",
    "verbosity",
    "weights_path",
]
