"""Bidirectional wrapper of recurrent layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakSet

from martlet._messages import shown
from martlet.graph import Built, Maker, SymbolicTensor
from martlet.layers.gru import GRU
from martlet.layers.layer import Layer
from martlet.layers.lstm import LSTM
from martlet.layers.memory import Weights
from martlet.layers.recurrent import Recurrent
from martlet.layers.simple_rnn import SimpleRNN

_KINDS: dict[str, type[Recurrent]] = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
_PREFIXES = ("forward_", "backward_")
_CLAIMED: WeakSet[Recurrent] = WeakSet()
"""What reads backwards in some Bidirectional."""


class Bidirectional(Layer):
    """Bidirectional wrapper of a recurrent layer.

    Runs a recurrent layer forwards and a second one backwards, and joins their outputs.

    The layer that is given serves as a pattern: both layers start with weights of their own, and
    with its settings: frozen if it is, and with its `seed`, if any, so that both drop the same
    units, as in Keras. A `backward_layer` that is given is used itself.

    Attributes:
        forward_layer: The layer that reads from the beginning, with its views of the weights.
        backward_layer: The one that reads from the end; its outputs are turned round again.

    Args:
        layer: A SimpleRNN, LSTM or GRU.
        merge_mode: "concat", "sum", "mul", "ave", or None to give both outputs.
        weights: None, the only choice; use `set_weights` once the model is built.
        backward_layer: What reads backwards, if not the same kind of layer; nothing else can use
            it.
        **kwargs: See `Layer`. `trainable=False` freezes both layers; each can be frozen by itself,
            too.

    Raises:
        TypeError: Something that is no recurrent layer.
        ValueError: Two layers that go the same way, or that differ in what they return, or a
            `backward_layer` that is used elsewhere.

    Example:
        >>> layer = layers.Bidirectional(layers.LSTM(16), input_shape=(28, 28))
        >>> martlet.Sequential([layer]).output_shape
        (None, 32)
        >>> layer.forward_layer.recurrent_kernel.shape
        (16, 64)

    Source: Schuster and Paliwal, 1997.
    """

    def __init__(
        self,
        layer: Recurrent | Mapping[str, Any],
        merge_mode: str | None = "concat",
        weights: None = None,
        backward_layer: Recurrent | Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        pattern = _recurrent("layer", layer)
        if pattern.input_shape is not None:
            kwargs.setdefault("input_shape", pattern.input_shape)
        super().__init__(**kwargs)
        self.merge_mode: str | None = self._setting("merge_mode", merge_mode)
        self._setting("weights", weights)
        self.forward_layer = _copy(pattern, "forward_", pattern.go_backwards)
        self.backward_layer = (
            _copy(pattern, "backward_", not pattern.go_backwards)
            if backward_layer is None
            else _recurrent("backward_layer", backward_layer)
        )
        self._check_pair()
        self._claim(self.backward_layer)
        if not self._trainable:
            self.trainable = False
        outputs = 2 if merge_mode is None else 1
        states = self.forward_layer.states + self.backward_layer.states
        self.output_count = outputs + (states if pattern.return_state else 0)

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        *args: Any,
        mask: SymbolicTensor | None = None,
        training: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        """Uses the layer in a network.

        Args:
            inputs: A symbolic tensor (batch, steps, features).
            initial_state: The states of the forward layer before the first step, and then those of
                the backward layer; zero when left out.
            *args: Nothing: no other arguments are known, nor in `**kwargs`.
            mask: Which time steps count, of shape (batch, steps); None for the input's own.
            training: False makes this use work as in inference, always.
            **kwargs: See above.

        Returns:
            A symbolic tensor; a tuple with `merge_mode=None` or `return_state=True`.

        Raises:
            ValueError: Another number of states than the two layers have.
        """
        options = {"mask": mask, "training": training, **kwargs}
        if initial_state is None:
            return super().__call__(inputs, *args, **options)
        expected = self.forward_layer.states + self.backward_layer.states
        if len(initial_state) != expected:
            raise ValueError(
                f"{self.title}: expected initial_state to be {expected} tensors, those of the "
                f"forward layer first, received {len(initial_state)}."
            )
        first = [inputs] if isinstance(inputs, SymbolicTensor) else inputs
        return super().__call__([*first, *initial_state], *args, **options)

    @property
    def trainable(self) -> bool:
        """Whether training changes any of the weights. Assigning sets it for both layers."""
        return any(layer.trainable for layer in self.wrapped)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self.wrapped:
            layer.trainable = value

    @property
    def wrapped(self) -> tuple[Any, ...]:
        """The two layers."""
        return self.forward_layer, self.backward_layer

    def frozen_parameters(self, weights: Weights) -> frozenset[str]:
        """The parameters of a layer that is frozen while the other is not."""
        prefixes = [
            prefix
            for prefix, layer in zip(_PREFIXES, self.wrapped, strict=True)
            if self.trainable and not layer.trainable
        ]
        return frozenset(name for name in weights.trainable if name.startswith(tuple(prefixes)))

    def settings(self) -> dict[str, Any]:
        """Returns the merge mode and both layers as {"class_name", "config"}."""
        return {
            "layer": _described(self.forward_layer),
            "merge_mode": self.merge_mode,
            "backward_layer": _described(self.backward_layer),
        }

    def bind(self, weights: Weights, owner: object) -> None:
        """Ties both layers to their part of the memory, too.

        Raises:
            ValueError: One of them has weights in another model.
        """
        for layer in self.wrapped:
            if layer.owner() not in (None, owner):
                raise ValueError(
                    f"{layer.title} is a part of {self.title} and has weights in another model. "
                    "Give Bidirectional a layer of its own."
                )
        super().bind(weights, owner)
        for prefix, layer in zip(_PREFIXES, self.wrapped, strict=True):
            layer.bind(weights.part(prefix), owner)

    def show_gradients(self, mark: object, weights: Weights) -> None:
        """Shows both layers their part of the gradients, too."""
        super().show_gradients(mark, weights)
        for prefix, layer in zip(_PREFIXES, self.wrapped, strict=True):
            layer.show_gradients(mark, weights.part(prefix))

    def used_by(self, built: Built) -> None:
        """Remembers a built model that must hear when one of the layers is frozen."""
        super().used_by(built)
        for layer in self.wrapped:
            layer.used_by(built)

    def await_weights(self, maker: Maker) -> None:
        """Remembers the model that will make the weights when they are wanted."""
        super().await_weights(maker)
        for layer in self.wrapped:
            layer.await_weights(maker)

    def _claim(self, layer: Recurrent) -> None:
        if layer.built or layer in _CLAIMED:
            raise ValueError(
                f"Bidirectional: {layer.title} is used elsewhere, and cannot share its weights "
                "with a Bidirectional. Give backward_layer a layer of its own."
            )
        _CLAIMED.add(layer)

    def _check_pair(self) -> None:
        first, second = self.forward_layer, self.backward_layer
        if first.go_backwards == second.go_backwards:
            raise ValueError(
                "Bidirectional: expected one layer with go_backwards=False and one with True, "
                f"received {first.go_backwards} for both."
            )
        for name in ("return_sequences", "return_state"):
            values = getattr(first, name), getattr(second, name)
            if values[0] != values[1]:
                raise ValueError(
                    f"Bidirectional: expected two layers with the same {name}, received "
                    f"{values[0]} and {values[1]}."
                )


def _recurrent(argument: str, layer: Any) -> Recurrent:
    """Returns a layer that is given as itself or as {"class_name", "config"}."""
    if isinstance(layer, Mapping) and layer.get("class_name") in _KINDS:
        made = _KINDS[layer["class_name"]].from_config(layer.get("config", {}))
        assert isinstance(made, Recurrent)
        return made
    if isinstance(layer, Recurrent):
        return layer
    raise TypeError(
        f"Bidirectional: expected {argument} to be a {', '.join(_KINDS)} layer, received "
        f"{shown(layer)}."
    )


def _copy(layer: Recurrent, prefix: str, go_backwards: bool) -> Recurrent:
    config = layer.get_config()
    config["name"] = prefix + layer.name.removeprefix(prefix)
    config["go_backwards"] = go_backwards
    made = type(layer).from_config(config)
    assert isinstance(made, Recurrent)
    return made


def _described(layer: Recurrent) -> dict[str, Any]:
    return {"class_name": type(layer).__name__, "config": layer.get_config()}
