"""Base class of all layers: a name, weights in the engine, and uses in networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._config import arguments, plain
from martlet._messages import hint, shown
from martlet._settings import Declared
from martlet.graph import Node, Structure, SymbolicTensor, tracing
from martlet.layers import composition
from martlet.layers.bound import Bound, assign_all, given_input_shape, restart_if_diverged
from martlet.layers.calls import Ends, Uses, called_on, ends
from martlet.layers.memory import Array, Weights
from martlet.utils.locks import CONSTRUCTION

_OPTIONS = ("name", "trainable", "input_shape", "input_dim", "dtype")


class Layer(Declared, Bound):
    """Base class of all layers: settings, weights and uses in networks.

    A function with weights. The engine has the arithmetic; a layer object carries the settings.

    To make a layer of others, write a subclass whose constructor makes them and keeps them as
    attributes, and whose `call(self, inputs)` uses them on symbolic tensors. It is called once for
    each use, before any data, so it cannot depend on the values that flow through. Arithmetic of
    its own it cannot have.

    Args:
        name: A name that is unique in the model; the default is numbered when the layer joins one:
            dense, dense_1, ...
        trainable: Whether training changes the weights.
        input_shape: For the first layer of a `Sequential`: the shape of one sample.
        input_dim: The same for samples of one axis.
        dtype: "float32", the only one.

    Raises:
        TypeError: An argument that the layer does not have.

    Example:
        >>> class Residual(layers.Layer):
        ...     def __init__(self, units, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.dense = layers.Dense(units)
        ...     def call(self, x):
        ...         return layers.ReLU()(x + self.dense(x))
        >>> Residual(4)(martlet.Input((4,))).shape
        (None, 4)
    """

    shared_arguments = _OPTIONS

    family = "layers"

    output_count: int = 1
    """How many tensors a call gives."""

    def __init__(self, **kwargs: Any) -> None:
        kind = type(self).__name__
        for key in kwargs:
            if key not in _OPTIONS:
                known = [*arguments(type(self)), *_OPTIONS]
                raise TypeError(f'{kind}: unknown argument "{key}".{hint(key, known)}')
        _checks.choice(kind, "dtype", kwargs.get("dtype"), (None, "float32"))
        super().__init__(_checks.name(kind, kwargs.get("name")))
        self._trainable = _checks.flag(kind, "trainable", kwargs.get("trainable", True))
        self.input_shape = given_input_shape(kind, kwargs)
        self._uses = Uses()

    def __call__(
        self,
        inputs: Any,
        *args: Any,
        mask: SymbolicTensor | None = None,
        training: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        """Uses the layer in a network.

        Args:
            inputs: A symbolic tensor, or a list of them for a layer that joins several.
            *args: For the `call` of a composed layer, as are other keyword arguments.
            mask: Which time steps count, of shape (batch, timesteps); None for the input's own.
            training: False makes this use work as in inference, always. Otherwise the layer acts as
                in training while the model trains.
            **kwargs: See above.

        Returns:
            A symbolic tensor; a tuple for layers with several outputs.

        Raises:
            TypeError: The inputs or the mask are arrays.
            ValueError: `training` is True for a layer that is to act so in inference too.
        """
        if composition.is_composed(self):
            called_on(self, Structure.flat(inputs), mask)
            options = kwargs if mask is None else {**kwargs, "mask": mask}
            return composition.apply(self, inputs, *args, training=training, **options)
        if args or kwargs:
            raise TypeError(
                f"{self.title}: unknown argument {shown((*kwargs, *args)[0])} of a call."
            )
        if training is not None:
            training = _checks.flag(self.title, "training", training)
        if training and tracing.training() is None and self.acts_in_training_only:
            raise ValueError(
                f"{self.title}: expected training=None or False, received True: it acts while the "
                "model trains, and never in predict() or evaluate()."
            )
        tensors = called_on(self, inputs, mask)
        with tracing.phase(training):
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
    def trainable(self) -> bool:
        """Whether training changes the weights. Assign at any time; the next batch goes by it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        flag = _checks.flag(self.title, "trainable", value)
        with CONSTRUCTION:
            self._trainable = flag
            users = list(self._users)
        for built in users:
            built.set_trainable(self)
        for part in self.parts:
            part.trainable = value

    @property
    def built(self) -> bool:
        """Whether the layer has its weights, which it gets when its model is built."""
        return self.holder._weights is not None or any(part.built for part in self.parts)

    @built.setter
    def built(self, value: bool) -> None:
        """Taken from a `build` that was written for Keras; models know it by themselves."""

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
        own = [] if weights is None else [weights.view(name) for name in weights.shapes]
        return own + [view for leaf in composition.inner_leaves(self) for view in leaf.weights]

    @property
    def trainable_weights(self) -> list[Array]:
        """The views of what training changes; none for a frozen layer."""
        weights = self._found_weights()
        own = [] if weights is None else [weights.view(name) for name in self._trained(weights)]
        inner = composition.inner_leaves(self)
        return own + [view for leaf in inner for view in leaf.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The views of what no optimizer changes: statistics, and all weights of a frozen layer."""
        weights = self._found_weights()
        names = [n for n in weights.shapes if n not in self._trained(weights)] if weights else []
        own = [weights.view(name) for name in names] if weights else []
        inner = composition.inner_leaves(self)
        return own + [view for leaf in inner for view in leaf.non_trainable_weights]

    def _trained(self, weights: Weights) -> list[str]:
        frozen = self.frozen_parameters(weights)
        return [name for name in weights.trainable if self.trainable and name not in frozen]

    @property
    def gradients(self) -> dict[str, Array]:
        """Read-only views of what the last `compute_gradients` left, by parameter name.

        Of several models that share the layer, those of the one that computed last.
        """
        weights = self.built_weights
        shown = self.shown_gradients(weights)
        return {name: shown[name] for name in weights.trainable}

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
        leaves = composition.inner_leaves(self) if self.parts else [self]
        assign_all(self.title, leaves, weights)

    def assign(self, name: str, value: npt.ArrayLike) -> None:
        """Copies values into one parameter.

        Args:
            name: "kernel", "bias", ...
            value: An array of the parameter's shape.

        Raises:
            ValueError: No such parameter, a wrong shape, or values that are not finite.
        """
        array = self.checked_values(name, value)
        restart_if_diverged([self])
        np.copyto(self.built_weights.view(name, writable=True), array)

    def checked_values(self, name: str, value: npt.ArrayLike) -> Array:
        """Returns `value` as float32 when it fits the parameter `name`."""
        return self.built_weights.checked(self.title, name, value)

    def count_params(self) -> int:
        """Returns the number of scalars in the weights."""
        return sum(view.size for view in self.weights)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as plain values that JSON can hold."""
        return {"name": self.name, "trainable": self.trainable, **self.settings()}

    def settings(self) -> dict[str, Any]:
        """Returns the arguments that this kind of layer has beyond those of every layer."""
        if composition.is_composed(self):
            return composition.settings(self)
        return {name: plain(getattr(self, name)) for name in arguments(type(self))}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Layer:
        """Makes a layer from what `get_config` returned; its weights start anew."""
        return cls(**_checks.config(f"{cls.__name__}.from_config", config))

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads."""
        known, own = self.declared_settings(), self.settings()
        return {
            "class": self.declared_class() or type(self).__name__,
            "name": self.name,
            "trainable": self.trainable,
            "config": {
                key: own[key] if key in own else plain(getattr(self, key))
                for key, setting in known.items()
                if key in own or setting["kind"] != "only"
            },
        }

    def __repr__(self) -> str:
        settings = {} if composition.is_composed(self) else self.settings()
        config = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        return f"<{self.title}{': ' if config else ''}{config}>"
