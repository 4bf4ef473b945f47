"""Binding of a layer to its models: names, memory and freezing."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._config import KeepsArguments, arguments, plain, snake_case
from martlet._keras import KerasArguments
from martlet._messages import shown
from martlet.graph import Built, EngineLayer, Maker, Part
from martlet.layers import composition
from martlet.layers.memory import GRADIENTS, Array, Weights
from martlet.utils import console
from martlet.utils.locks import CONSTRUCTION


class Bound(EngineLayer, KeepsArguments, KerasArguments):
    """A name, and windows into the memory of the model that owns the weights.

    Args:
        name: A name, or None for one that the model chooses.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        composition.check_class(cls)

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._weights: Weights | None = None
        self._gradients: tuple[object, dict[str, Array]] | None = None
        self._owner: weakref.ref[object] | None = None
        self._maker: weakref.ref[Maker] | None = None
        self._users: weakref.WeakSet[Built] = weakref.WeakSet()

    def __setattr__(self, name: str, value: Any) -> None:
        is_built = self.__dict__.get("_weights") is not None
        if is_built and name in arguments(type(self)):
            present = plain(getattr(self, name))
            if _plainly(value) != shown(present):
                console.warn(
                    f"{self.title}: {name} stays {shown(present)}, because a model was built with "
                    "it. Make a new layer and a new model for another."
                )
            return
        super().__setattr__(name, value)

    @property
    def name(self) -> str:
        """The name; before the layer joins a model, the name that its number will be added to."""
        return self._name or snake_case(type(self).__name__)

    @property
    def is_single(self) -> bool:
        """Whether the engine has the layer's arithmetic, so that it is not made of others."""
        return not composition.is_composed(self)

    def frozen_parameters(self, weights: Weights) -> frozenset[str]:
        """The parameters which training leaves alone although the layer is trainable."""
        return frozenset()

    @property
    def parts(self) -> list[Part]:
        """The layers and models that a composed layer is made of; none for others."""
        return composition.parts_of(self) if composition.is_composed(self) else []

    def build(self, input_shape: Any) -> None:
        """Does nothing. A composed layer may make its parts here instead of in its constructor."""

    def add_weight(self, *_: object, **__: object) -> None:
        """Refuses: the engine has the arithmetic.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"{self.title}: a layer of one's own cannot have weights and arithmetic of its own. "
            "Put it together from layers that exist: keep them as attributes, and use them in "
            "call()."
        )

    def _found_weights(self) -> Weights | None:
        """Where the weights lie; a model that can be built already is built to find out."""
        holder: Bound = self.holder
        maker = None if holder._weights is not None else self._made_by()
        if maker is not None and maker.has_known_inputs:
            maker.built_model  # noqa: B018 - building ties the layer to its memory
        return holder._weights

    def _made_by(self) -> Maker | None:
        return None if self._maker is None else self._maker()

    def await_weights(self, maker: Maker) -> None:
        """Remembers the model that will make the weights when they are wanted."""
        self._maker = weakref.ref(maker)

    @property
    def named(self) -> bool:
        """Whether the name is settled, by the user or by a model."""
        return self._name is not None

    def settle_name(self, name: str) -> None:
        """Gives the layer the name that its model chose."""
        self._name = _checks.name(self.title, name)

    def owner(self) -> object | None:
        """The model whose memory holds the weights, or None."""
        return self._owner() if self._owner is not None else None

    def bind(self, weights: Weights, owner: object) -> None:
        """Ties the layer to the memory of the model that owns it."""
        self._weights = weights
        self._gradients = None
        self._owner = weakref.ref(owner)

    def show_gradients(self, mark: object, weights: Weights) -> None:
        """Remembers where a model has left gradients, until another does.

        Args:
            mark: Stands for the model, which the layer is not to keep alive.
            weights: The layer's windows into its memory.
        """
        if self._gradients is None or self._gradients[0] is not mark:
            views = {name: weights.view(name, GRADIENTS) for name in weights.shapes}
            self._gradients = (mark, views)

    def shown_gradients(self, weights: Weights) -> dict[str, Array]:
        """Returns the gradient of each parameter that the last model to compute any has left.

        Args:
            weights: Where they are if none has.
        """
        shown = self.holder._gradients
        if shown is None:
            return {name: weights.view(name, GRADIENTS) for name in weights.shapes}
        views: dict[str, Array] = shown[1]
        return views

    def used_by(self, built: Built) -> None:
        """Remembers a built model that must hear of freezing."""
        self._users.add(built)


def assign_all(title: str, layers: Sequence[Any], weights: Sequence[npt.ArrayLike]) -> None:
    """Copies values into all parameters of some layers.

    Raises:
        ValueError: Another number of arrays, a wrong shape, or values that are not finite; nothing
            has changed then.
    """
    weights = _checks.items(title, "weights", weights)
    slots = [(layer, name) for layer in layers for name in layer.built_weights.shapes]
    if len(weights) != len(slots):
        names = ", ".join(name for _, name in slots) if len(layers) == 1 else "see get_weights"
        raise ValueError(
            f"{title}: expected {len(slots)} arrays ({names or 'it has no weights'}), received "
            f"{len(weights)}."
        )
    arrays = [
        layer.checked_values(name, value)
        for (layer, name), value in zip(slots, weights, strict=True)
    ]
    restart_if_diverged(layers)
    for (layer, name), array in zip(slots, arrays, strict=True):
        np.copyto(layer.built_weights.view(name, writable=True), array)


def given_input_shape(kind: str, kwargs: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Returns the shape of one sample that a layer was given in either way, or None."""
    if kwargs.get("input_shape") is not None:
        return _checks.shape(kind, "input_shape", kwargs["input_shape"])
    if kwargs.get("input_dim") is not None:
        return (_checks.integer(kind, "input_dim", kwargs["input_dim"]),)
    return None


def restart_if_diverged(layers: Sequence[Any]) -> None:
    """To be called before weights are assigned: the optimizers of all models that use the layers.

    Those whose model or own state is NaN or infinite start anew.
    """
    with CONSTRUCTION:
        users = {built for layer in layers for built in layer.holder._users}
    for built in users:
        built.restart_if_diverged()


def _plainly(value: Any) -> str:
    """What a value looks like among settings; lists too deep to look into differ from all."""
    try:
        return shown(plain(value))
    except (RecursionError, AttributeError):
        return ""
