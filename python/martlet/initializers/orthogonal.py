"""Orthogonal initializer."""

from __future__ import annotations

from martlet.initializers.initializer import SeededInitializer


class Orthogonal(SeededInitializer):
    """Orthogonal matrix initializer.

    Draws a matrix with orthonormal rows, or columns where they are fewer, times `gain`.

    Multiplying by it keeps lengths, so that a state that goes through it again and again neither
    vanishes nor grows. All axes but the last one count as rows.

    Args:
        gain: What the matrix is multiplied by.
        seed: See `Initializer`.

    Source: Saxe et al., 2014.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(seed)
        self.gain: float = self._setting("gain", gain)
