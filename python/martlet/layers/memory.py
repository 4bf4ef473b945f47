"""Views of a layer's weights and gradients in the engine's memory."""

from __future__ import annotations

from copy import copy
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from martlet import _checks, _core
from martlet._messages import hint

Array = npt.NDArray[np.float32]

PARAMETERS = 0
GRADIENTS = 1


class Weights:
    """A layer's windows into the memory of one engine model, and of those that it shares with.

    Args:
        core: The engine model.
        index: The layer's place in it.
        description: The layer's entry in the engine's description.
    """

    __slots__ = ("core", "index", "places", "shapes", "trainable")

    def __init__(self, core: _core.Model, index: int, description: dict[str, Any]) -> None:
        parameters = description["parameters"]
        self.core = core
        self.index = index
        self.shapes = self.shapes_in(description)
        self.places = {name: place for place, name in enumerate(self.shapes)}
        self.trainable = [item["name"] for item in parameters if item["trainable"]]

    @staticmethod
    def shapes_in(description: dict[str, Any]) -> dict[str, tuple[int, ...]]:
        """Returns the shape of each parameter of a layer."""
        return {item["name"]: tuple(item["shape"]) for item in description["parameters"]}

    @property
    def source(self) -> tuple[_core.Model, int, int]:
        """Where they are, as an engine model that is to share them wants it."""
        return self.core, self.index, min(self.places.values(), default=0)

    def part(self, prefix: str) -> Weights:
        """Returns the windows whose names begin with a prefix, under names without it."""
        part = copy(self)
        names = {name: name.removeprefix(prefix) for name in self.shapes if name.startswith(prefix)}
        part.shapes = {short: self.shapes[name] for name, short in names.items()}
        part.places = {short: self.places[name] for name, short in names.items()}
        part.trainable = [short for name, short in names.items() if name in self.trainable]
        return part

    def checked(self, owner: str, name: str, value: npt.ArrayLike) -> Array:
        """Returns `value` as float32 when it fits the parameter `name` of `owner`."""
        if _checks.text(owner, "name", name) not in self.shapes:
            raise ValueError(
                f'{owner} has no parameter "{name}".{hint(name, self.shapes)} Its parameters: '
                f"{', '.join(self.shapes) or 'none'}."
            )
        array = _checks.finite_floats(f"{owner}: {name}", value)
        if array.shape != self.shapes[name]:
            raise ValueError(
                f"{owner}: expected {name} of shape {self.shapes[name]}, received {array.shape}."
            )
        return array

    def view(self, name: str, which: int = PARAMETERS, writable: bool = False) -> Array:
        """Returns the engine's own memory for a parameter (or its gradient) as an array."""
        return self.core.parameter(
            which, self.index, self.places[name], self.shapes[name], writable
        )


class Parameter:
    """A read-only attribute of a layer: the engine's memory for one parameter.

    No copy is made. The array is live: it changes as the model trains, and keeps its memory for as
    long as anyone holds it. None when the layer has no such parameter (a bias with
    `use_bias=False`).

    Args:
        which: PARAMETERS, or GRADIENTS for what the last backward pass left.
    """

    def __init__(self, which: int = PARAMETERS) -> None:
        self.which = which

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.parameter = name.removesuffix("_gradient")

    @overload
    def __get__(self, layer: None, owner: type) -> Parameter: ...
    @overload
    def __get__(self, layer: Any, owner: type) -> Array | None: ...
    def __get__(self, layer: Any, owner: type) -> Parameter | Array | None:
        if layer is None:
            return self
        weights: Weights = layer.built_weights
        if self.parameter not in weights.shapes:
            return None
        if self.which == GRADIENTS:
            gradient: Array = layer.shown_gradients(weights)[self.parameter]
            return gradient
        return weights.view(self.parameter)

    def __set__(self, layer: Any, value: object) -> None:
        if self.which == GRADIENTS:
            raise AttributeError(
                f"{layer.title}: {self.name} belongs to the engine; it can be read only."
            )
        raise AttributeError(
            f"{layer.title}: {self.name} is a view of the engine's memory. To change its values "
            "use "
            f'layer.assign("{self.name}", array).'
        )
