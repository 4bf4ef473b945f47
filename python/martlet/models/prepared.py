"""Conversion of a run's arguments to what the engine reads, and of its results back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet.data import Dataset, warn_of_scale
from martlet.models.network import Network

Results = Any
"""A float, a list of floats, or a dictionary by name, as the arguments ask for."""


def prepared(
    model: Network,
    x: Any,
    y: Any,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
    names: tuple[str, str] = ("x", "y"),
) -> Dataset:
    """Returns checked data, and builds a compiled model for them if it was not built.

    Raises:
        RuntimeError: The model is not compiled.
        ValueError: Shapes, lengths, labels or values that do not fit.
        TypeError: A dtype that is no number.
    """
    model.compilation  # noqa: B018 - raises when the model is not compiled
    built = model.built_for(x)
    losses = model.objectives.losses
    return Dataset.prepare(x, y, built, losses, sample_weight, class_weight, names)


def look_at_first(model: Network, data: Dataset) -> None:
    """Warns of pixels on a wrong scale: in the first batch, because single steps are short."""
    warn_of_scale(data.inputs, model.built_model)
    model.built_model.watches_scale = False


def results(logs: dict[str, float], return_dict: bool) -> Results:
    """Returns a dictionary by name, a list, or the only number."""
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values
