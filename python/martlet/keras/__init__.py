"""Keras's package name: what `martlet` has, for programs that were written for `keras`.

One line of such a program changes: `from tensorflow import keras` or `import keras` becomes
`from martlet import keras`, `from keras.layers import Dense` becomes `from martlet.keras.layers
import Dense`. All names stand for the very objects of `martlet`.

Example:
    >>> from martlet import keras
    >>> from martlet.keras.layers import Dense
    >>> Dense is keras.layers.Dense is martlet.layers.Dense
    True
"""

from __future__ import annotations

import sys

from martlet import (
    Input,
    Model,
    Sequential,
    __version__,
    activations,
    applications,
    callbacks,
    datasets,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    utils,
    visualization,
)

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "__version__",
    "activations",
    "applications",
    "callbacks",
    "datasets",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "utils",
    "visualization",
]


def _share_modules() -> None:
    """Makes `import martlet.keras.layers` find the module that is there, and not a second one."""
    for name, module in list(sys.modules.items()):
        package, _, inner = name.partition(".")
        if package == "martlet" and inner.partition(".")[0] in __all__:
            sys.modules[f"{__name__}.{inner}"] = module


_share_modules()
