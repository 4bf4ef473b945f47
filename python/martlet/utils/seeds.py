"""Seeds of random numbers."""

from __future__ import annotations

import itertools
import os

import numpy as np

from martlet import _checks

_MASK = (1 << 64) - 1


def set_random_seed(seed: int) -> None:
    """Sets the seed of all random numbers: weights, shuffles, dropout, splits.

    Each model made afterwards takes the next seed derived from `seed`. As in Keras, Python's
    `random` and NumPy's global generator are seeded too.

    Args:
        seed: An integer of at least 0.

    Raises:
        ValueError: `seed` is negative.

    Example:
        >>> martlet.utils.set_random_seed(7)
    """
    import random

    global _seeds
    seed = _checks.integer("set_random_seed", "seed", seed, minimum=0)
    _seeds = _Seeds(seed)
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)  # noqa: NPY002 - the global generator is the point


def next_seed() -> int:
    """Returns the next 64-bit seed: derived from `set_random_seed`, or else from the system."""
    seeds = _seeds
    return int.from_bytes(os.urandom(8), "little") if seeds is None else seeds.next()


class _Seeds:
    """The seeds that follow from one. Threads may draw from it at the same time."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        # Calls of a count are atomic; those of a generator raise while another thread is in it.
        self.numbers = itertools.count(1)

    def next(self) -> int:
        return _mixed((self.seed + (next(self.numbers) << 32)) & _MASK)


def _mixed(value: int) -> int:
    # SplitMix64's output function: neighbouring numbers give unrelated seeds.
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


_seeds: _Seeds | None = None
