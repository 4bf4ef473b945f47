"""A layer for every time step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet.layers.layer import Layer


class TimeDistributed(Layer):
    """Applies a layer to each time step by itself, with the same weights for all of them.

    Input shape: (batch, timesteps, ...). Output shape: (batch, timesteps, *what the layer makes).

    The weights are those of `layer` and are found here, under its names.

    Args:
        layer: The layer to apply, which is in no network of its own.
        **kwargs: See `Layer`.

    Raises:
        TypeError: `layer` is no layer.

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
        self.layer = layer

    def settings(self) -> dict[str, Any]:
        """Returns the layer as {"class_name", "config"}, as Keras does."""
        entry = {"class_name": type(self.layer).__name__, "config": self.layer.get_config()}
        return {"layer": entry}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> TimeDistributed:
        """Makes a layer from what `get_config` returned; its weights start anew."""
        from martlet.models.configuration import layer

        inner = config["layer"]
        entry = {"class": inner["class_name"], "config": inner["config"]}
        return cls(**{**config, "layer": layer(entry)})
