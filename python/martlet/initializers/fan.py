"""Glorot, He and LeCun initializers, whose scale follows from a layer's fan-in and fan-out."""

from __future__ import annotations

from martlet.initializers.initializer import SeededInitializer


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
