"""Names of the layers of one model."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.layers.layer import Layer


def settle_names(layers: Sequence[Layer]) -> None:
    """Numbers the layers that have no name yet: dense, dense_1, ...

    The numbers count within the model, so that a model built a second time has the same names.

    Raises:
        ValueError: Two layers have the same name.
    """
    taken: dict[str, Layer] = {}
    for layer in layers:
        if layer.named and taken.setdefault(layer.name, layer) is not layer:
            raise ValueError(
                f'Two layers are named "{layer.name}". Give one of them another name with name=.'
            )
    for layer in layers:
        if not layer.named:
            base = layer.name
            number = 0
            while (name := f"{base}_{number}" if number else base) in taken:
                number += 1
            layer.settle_name(name)
            taken[name] = layer
