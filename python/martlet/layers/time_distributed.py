"""Wrapper that applies a layer to every time step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet import _checks, _sharing
from martlet.graph import Maker
from martlet.layers import composition
from martlet.layers.description import part
from martlet.layers.layer import Layer


class TimeDistributed(Layer):
    """Applies a layer to every time step, with the same weights for all of them.

    Input shape: (batch, timesteps, ...). Output shape: (batch, timesteps, *what the layer makes).

    The weights are those of `layer`, and so is whether they are trained: `trainable` of either is
    that of both. Where the same layer is used elsewhere too, directly or in another
    `TimeDistributed`, there is one set of weights.

    Attributes:
        layer: The layer that is applied.

    Args:
        layer: The layer to apply.
        **kwargs: See `Layer`. `trainable=False` freezes `layer`.

    Raises:
        TypeError: `layer` is no layer, or one with a `call` of its own.

    Example:
        >>> frames = layers.TimeDistributed(layers.Conv2D(8, 3), input_shape=(10, 28, 28, 1))
        >>> martlet.Sequential([frames]).output_shape
        (None, 10, 26, 26, 8)
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise TypeError(
                "TimeDistributed: expected a layer such as layers.Dense(10), received "
                f"{type(layer).__name__}."
            )
        if composition.is_composed(layer):
            raise TypeError(
                f"TimeDistributed: expected a layer of the engine, received {layer.title}, which "
                "has a call() of its own. Use TimeDistributed on the layers that it is made of."
            )
        self.layer = layer
        if not self._trainable:
            layer.trainable = False

    @property
    def holder(self) -> Any:
        """The layer that has the weights: the one that is wrapped."""
        return self.layer.holder

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights of `layer`. Assigning sets it there."""
        return self.layer.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.layer.trainable = value

    def await_weights(self, maker: Maker) -> None:
        """Remembers the model that will make the weights when they are wanted."""
        super().await_weights(maker)
        self.layer.await_weights(maker)

    def settings(self) -> dict[str, Any]:
        """Returns the layer as {"class_name", "config"}, as Keras does."""

        def describe() -> dict[str, Any]:
            return {"class_name": type(self.layer).__name__, "config": self.layer.get_config()}

        return {"layer": _sharing.described(self.layer, describe)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> TimeDistributed:
        """Makes a layer from what `get_config` returned; its weights start anew."""
        owner = f"{cls.__name__}.from_config"
        entry = _checks.config(owner, _checks.config(owner, config, "layer")["layer"])
        if "shared" not in entry:
            _checks.config(owner, entry, "class_name", "config")
        return cls(**{**config, "layer": part(entry)})
