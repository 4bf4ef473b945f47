"""Checks of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from martlet import _core
from martlet._messages import shape_text
from martlet.data import remedies
from martlet.data.arrays import Array, as_array, packed
from martlet.graph import Built


def prepare_inputs(x: Any, built: Built, argument: str = "x") -> list[Array]:
    """Returns one array for each input of the model, of its rank and extents.

    Args:
        x: An array; for a model of several inputs a list of arrays, or a dictionary by input name.
        built: The model in the engine.
        argument: What to call `x` in error messages.

    Raises:
        ValueError: A wrong rank or extent; the message names the layer and what to do.
        TypeError: A dtype that is no number.
    """
    shapes = built.input_shapes
    if len(shapes) == 1 and not isinstance(x, Mapping):
        return [_fitted(as_array(x, argument), 0, built, argument)]
    values = _each_input(x, built, argument)
    names = [f"{argument}[{index}]" for index in range(len(shapes))]
    arrays = [
        _fitted(as_array(value, name), index, built, name)
        for index, (value, name) in enumerate(zip(values, names, strict=True))
    ]
    check_same_length(arrays, names)
    return arrays


def check_same_length(arrays: Sequence[Array], names: Sequence[str]) -> None:
    """Raises ValueError when arrays differ in how many samples they have."""
    if len({len(array) for array in arrays}) > 1:
        counts = ", ".join(
            f"{name} has {len(array)}" for name, array in zip(names, arrays, strict=True)
        )
        raise ValueError(f"Expected the same number of samples in all arrays, received: {counts}.")


def check_finite(arrays: Sequence[Array], argument: str) -> None:
    """Raises ValueError for NaN and infinities: a ReLU would turn them into plausible numbers."""
    for array in arrays:
        if array.dtype.kind == "f":
            _core.check_finite(array, argument)


def _each_input(x: Any, built: Built, argument: str) -> list[Any]:
    names = built.graph.input_names
    if isinstance(x, Mapping):
        if set(x) != set(names):
            raise ValueError(
                f"{argument}: expected arrays for the inputs {', '.join(names)}; received "
                f"{', '.join(map(str, x)) or 'none'}."
            )
        return [x[name] for name in names]
    if not isinstance(x, (list, tuple)) or len(x) != len(names):
        received = f"{len(x)}" if isinstance(x, (list, tuple)) else type(x).__name__
        raise ValueError(
            f"{argument}: expected a list of {len(names)} arrays, one for each of the inputs "
            f"{', '.join(names)}; received {received}."
        )
    return list(x)


def _fitted(array: Array, index: int, built: Built, argument: str) -> Array:
    shape = built.input_shapes[index]
    if array.shape[1:] != shape:
        array = _adjusted(array, shape, built, index, argument)
    return packed(array)


def _adjusted(
    array: Array, shape: tuple[int, ...], built: Built, index: int, argument: str
) -> Array:
    # As in Keras, a last axis of one may be missing or be too many.
    if (*array.shape[1:], 1) == shape:
        return array[..., np.newaxis]
    if array.shape[1:] == (*shape, 1):
        return array[..., 0]
    layer = built.graph.consumer(built.graph.inputs[index])
    raise ValueError(
        f"{layer.title}: expected input {shape_text(shape)}, received {argument} of shape "
        f"{array.shape}. {remedies.for_shape(array.shape, shape, argument)}"
    )
