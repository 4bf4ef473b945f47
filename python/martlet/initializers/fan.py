"""Initializers whose scale follows from a layer's fan-in and fan-out: Glorot, He, LeCun."""

from __future__ import annotations

from martlet.initializers.initializer import SeededInitializer


class VarianceScaling(SeededInitializer):
    """Variance scaling initializer: variance scale / n, with n from the shape of the weights.

    The Glorot, He and LeCun initializers are cases of it.

    Args:
        scale: Above 0.
        mode: What n is: "fan_in" for the inputs of a unit, "fan_out" for its outputs, "fan_avg" for
            their mean.
        distribution: "truncated_normal" (drawn again beyond two standard deviations),
            "untruncated_normal" or "uniform".
        seed: See `Initializer`.

    Raises:
        ValueError: A scale, mode or distribution that is none of these.

    Example:
        >>> scaling = martlet.initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=1)
        >>> layer = layers.Dense(8, kernel_initializer=scaling)
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed)
        self.scale: float = self._setting("scale", scale)
        self.mode: str = self._setting("mode", mode)
        self.distribution: str = self._setting("distribution", distribution)


class GlorotUniform(SeededInitializer):
    """Glorot uniform initializer, also called Xavier uniform.

    Draws evenly from [-limit, limit) with limit = sqrt(6 / (inputs + outputs)). Keras's default.

    Source: Glorot and Bengio, 2010.
    """


class GlorotNormal(SeededInitializer):
    """Glorot normal initializer, also called Xavier normal.

    Draws from a truncated normal distribution of variance 2 / (inputs + outputs).

    Source: Glorot and Bengio, 2010.
    """


class HeUniform(SeededInitializer):
    """He uniform initializer.

    Draws evenly from [-limit, limit) with limit = sqrt(6 / inputs). Suits ReLU.

    Source: He et al., 2015.
    """


class HeNormal(SeededInitializer):
    """He normal initializer.

    Draws from a truncated normal distribution of variance 2 / inputs. Suits ReLU.

    Source: He et al., 2015.
    """


class LecunUniform(SeededInitializer):
    """LeCun uniform initializer.

    Draws evenly from [-limit, limit) with limit = sqrt(3 / inputs).

    Source: LeCun et al., 1998.
    """


class LecunNormal(SeededInitializer):
    """LeCun normal initializer.

    Draws from a truncated normal distribution of variance 1 / inputs.

    Source: LeCun et al., 1998.
    """
