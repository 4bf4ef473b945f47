"""ELU activation layer."""

from __future__ import annotations

from typing import Any

from martlet.layers.layer import Layer


class ELU(Layer):
    """Exponential linear unit activation layer.

    x where that is positive, elsewhere alpha * (exp(x) - 1), which levels off at -alpha.

    Args:
        alpha: At least 0.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `alpha` is negative.

    Example:
        >>> model = martlet.Sequential([layers.ELU(0.5, input_shape=(2,))])
        >>> model.predict([[-100.0, 3.0]])
        array([[-0.5,  3. ]], dtype=float32)

    Source: Clevert, Unterthiner and Hochreiter, 2015.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha: float = self._setting("alpha", alpha)
