"""What all layers share: a name, weights in the engine, and uses in networks."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._config import arguments, plain, snake_case
from martlet._messages import hint
from martlet.graph import Node, SymbolicTensor
from martlet.layers.uses import Ends, Uses, called_on, ends
from martlet.layers.weights import GRADIENTS, Array, Weights

if TYPE_CHECKING:
    from martlet.models.engine import Engine
    from martlet.models.network import Network

_OPTIONS = ("name", "trainable", "input_shape", "input_dim", "dtype")


class Layer:
    """A function with weights. The engine has the arithmetic; a layer object carries the settings.

    A subclass stores each argument of its constructor under its own name, passes `**kwargs` here,
    and is known to the engine by its class name.

    Args:
        name: A name that is unique in the model; the default is numbered when the layer joins one:
            dense, dense_1, ...
        trainable: Whether training changes the weights.
        input_shape: For the first layer of a `Sequential`: the shape of one sample.
        input_dim: The same for samples of one axis.
        dtype: "float32", the only one.

    Raises:
        TypeError: An argument that the layer does not have.
    """

    output_count: int = 1
    """How many tensors a call gives."""

    def __init__(self, **kwargs: Any) -> None:
        kind = type(self).__name__
        for key in kwargs:
            if key not in _OPTIONS:
                known = [*arguments(type(self)), *_OPTIONS]
                raise TypeError(f'{kind}: unknown argument "{key}".{hint(key, known)}')
        _checks.choice(kind, "dtype", kwargs.get("dtype"), (None, "float32"))
        self._name: str | None = kwargs.get("name")
        self._trainable = bool(kwargs.get("trainable", True))
        self.input_shape = _input_shape(kind, kwargs)
        self._weights: Weights | None = None
        self._owner: weakref.ref[object] | None = None
        self._maker: weakref.ref[Network] | None = None
        self._engines: weakref.WeakSet[Engine] = weakref.WeakSet()
        self._uses = Uses()

    def __call__(
        self,
        inputs: SymbolicTensor | Sequence[SymbolicTensor],
        mask: SymbolicTensor | None = None,
    ) -> Ends:
        """Uses the layer in a network.

        Args:
            inputs: A symbolic tensor, or a list of them for a layer that joins several.
            mask: Which time steps count, of shape (batch, timesteps); None for the input's own.

        Returns:
            A symbolic tensor; a tuple for layers with several outputs.

        Raises:
            TypeError: The inputs or the mask are arrays.
        """
        tensors = called_on(self, inputs, mask)
        node = Node(self, tensors, self.output_count, mask)
        self._uses.add(node)
        return ends(node.outputs)

    @property
    def input(self) -> Ends:
        """What the layer reads where it was first used.

        Raises:
            AttributeError: No network uses it yet.
        """
        return ends(self._uses.first(self, self._made_by(), "input").inputs)

    @property
    def output(self) -> Ends:
        """What the layer gives where it was first used.

        `martlet.Model(model.input, model.layers[1].output)` shows what happens inside a network,
        and shares its weights.

        Raises:
            AttributeError: No network uses it yet.
        """
        return ends(self._uses.first(self, self._made_by(), "output").outputs)

    @property
    def name(self) -> str:
        """The name; before the layer joins a model, the name that its number will be added to."""
        return self._name or snake_case(type(self).__name__)

    @property
    def title(self) -> str:
        """The layer as error messages call it: Dense "dense_1"."""
        return f'{type(self).__name__} "{self.name}"'

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights. Assign at any time; it takes effect at once."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for engine in self._engines:
            engine.set_trainable(self, self._trainable)

    @property
    def built(self) -> bool:
        """Whether the layer has its weights, which it gets when its model is built."""
        return self._weights is not None

    @property
    def built_weights(self) -> Weights:
        """Where the weights lie.

        Raises:
            RuntimeError: The layer has no weights yet.
        """
        weights = self._found_weights()
        if weights is None:
            raise RuntimeError(
                f"{self.title} has no weights yet: it gets them when its model is built. Give the "
                "first layer input_shape=..., call model.build(input_shape), or train the model "
                "once."
            )
        return weights

    @property
    def weights(self) -> list[Array]:
        """Read-only views of the engine's memory, one for each parameter, without a copy."""
        weights = self._found_weights()
        return [] if weights is None else [weights.view(name) for name in weights.shapes]

    @property
    def trainable_weights(self) -> list[Array]:
        """The views of what training changes; none for a frozen layer."""
        weights = self._found_weights()
        if weights is None or not self.trainable:
            return []
        return [weights.view(name) for name in weights.trainable]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The views of what no optimizer changes: statistics, and all weights of a frozen layer."""
        weights = self._found_weights()
        if weights is None:
            return []
        kept = weights.trainable if self.trainable else []
        return [weights.view(name) for name in weights.shapes if name not in kept]

    @property
    def gradients(self) -> dict[str, Array]:
        """Read-only views of the gradients that the last backward pass left, by parameter name."""
        weights = self.built_weights
        return {name: weights.view(name, GRADIENTS) for name in weights.trainable}

    def get_weights(self) -> list[Array]:
        """Returns copies of the weights, which later training does not change."""
        return [view.copy() for view in self.weights]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Copies values into the weights.

        Args:
            weights: One array for each parameter, in the order of `get_weights`.

        Raises:
            ValueError: Another number of arrays, a wrong shape, or values that are not finite;
                nothing has changed then.
        """
        names = list(self.built_weights.shapes)
        if len(weights) != len(names):
            raise ValueError(
                f"{self.title}: expected {len(names)} arrays "
                f"({', '.join(names) or 'it has no weights'}), received {len(weights)}."
            )
        arrays = [
            self.checked_values(name, value) for name, value in zip(names, weights, strict=True)
        ]
        for name, array in zip(names, arrays, strict=True):
            np.copyto(self.built_weights.view(name, writable=True), array)

    def assign(self, name: str, value: npt.ArrayLike) -> None:
        """Copies values into one parameter.

        Args:
            name: "kernel", "bias", ...
            value: An array of the parameter's shape.

        Raises:
            ValueError: No such parameter, a wrong shape, or values that are not finite.
        """
        array = self.checked_values(name, value)
        np.copyto(self.built_weights.view(name, writable=True), array)

    def checked_values(self, name: str, value: npt.ArrayLike) -> Array:
        """Returns `value` as float32 when it fits the parameter `name`."""
        return self.built_weights.checked(self.title, name, value)

    def count_params(self) -> int:
        """Returns how many numbers the weights hold."""
        return sum(view.size for view in self.weights)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as plain values that JSON can hold."""
        return {"name": self.name, "trainable": self.trainable, **self.settings()}

    def settings(self) -> dict[str, Any]:
        """Returns the arguments that this kind of layer has beyond those of every layer."""
        return {name: plain(getattr(self, name)) for name in arguments(type(self))}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Layer:
        """Makes a layer from what `get_config` returned; its weights start anew."""
        return cls(**config)

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads."""
        return {
            "class": type(self).__name__,
            "name": self.name,
            "trainable": self.trainable,
            "config": self.settings(),
        }

    def __repr__(self) -> str:
        config = ", ".join(f"{key}={value!r}" for key, value in self.settings().items())
        return f"<{self.title}{': ' if config else ''}{config}>"

    # How models tie a layer to names and memory.

    def _found_weights(self) -> Weights | None:
        """Where the weights lie; a model that can be built already is built to find out."""
        maker = None if self._weights is not None else self._made_by()
        if maker is not None and maker.has_known_inputs:
            maker.engine  # noqa: B018 - building ties the layer to its memory
        return self._weights

    def _made_by(self) -> Network | None:
        return None if self._maker is None else self._maker()

    def await_weights(self, maker: Network) -> None:
        """Remembers the model that will make the weights when they are wanted."""
        self._maker = weakref.ref(maker)

    @property
    def named(self) -> bool:
        """Whether the name is settled, by the user or by a model."""
        return self._name is not None

    def settle_name(self, name: str) -> None:
        """Gives the layer the name that its model chose."""
        self._name = name

    def owner(self) -> object | None:
        """The model whose memory holds the weights, or None."""
        return self._owner() if self._owner is not None else None

    def bind(self, weights: Weights, owner: object) -> None:
        """Ties the layer to the memory of the model that owns it."""
        self._weights = weights
        self._owner = weakref.ref(owner)

    def used_by(self, engine: Engine) -> None:
        """Remembers an engine model that must hear of freezing."""
        self._engines.add(engine)


def _input_shape(kind: str, kwargs: Mapping[str, Any]) -> tuple[int, ...] | None:
    if kwargs.get("input_shape") is not None:
        return _checks.shape(kind, "input_shape", kwargs["input_shape"])
    if kwargs.get("input_dim") is not None:
        return (_checks.integer(kind, "input_dim", kwargs["input_dim"]),)
    return None
