"""Identity initializer."""

from __future__ import annotations

from martlet.initializers.initializer import Initializer


class Identity(Initializer):
    """Identity matrix initializer: `gain` on the diagonal, 0 elsewhere.

    All axes but the last one count as rows, as for `Orthogonal`; Keras takes matrices only.

    Args:
        gain: The value on the diagonal.

    Example:
        >>> dense = layers.Dense(2, kernel_initializer="identity", input_shape=(3,))
        >>> martlet.Sequential([dense]).get_weights()[0].tolist()
        [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain: float = self._setting("gain", gain)
