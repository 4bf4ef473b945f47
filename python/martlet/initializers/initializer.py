"""Base class of all initializers."""

from __future__ import annotations

from martlet._config import Configurable


class Initializer(Configurable):
    """Base class of all initializers.

    How a weight array starts. The engine draws the numbers; this object only says how.

    Without `seed` the numbers follow from the model's seed; with it they are the same in every
    model.
    """

    family = "initializers"


class SeededInitializer(Initializer):
    """An initializer that draws random numbers.

    Args:
        seed: An integer of at least 0, or None to follow the model's seed.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed: int | None = self._setting("seed", seed)
