"""Advice about arrays that do not fit: the last sentence of an error message."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_LOOKED_AT = 1000
_AS_NUMBERS = "Convert it with .astype(numpy.float32)."
_UNEQUAL = "Rows of unequal length give such an array: make them equal."
_NAMES = "turn names into integers with numpy.unique(names, return_inverse=True)[1]."
_BATCHES = (
    "Of batches or samples that come one after the other, collect the samples in one NumPy array "
    "with numpy.concatenate or numpy.stack, or call train_on_batch(x, y) for each batch."
)


def for_dtype(array: Array) -> str:
    """Returns what makes numbers of an array that holds none."""
    kind = array.dtype.kind
    if kind in "OUS":
        return _for_objects(array)
    if kind == "c":
        return "Take .real or numpy.abs(...) of it."
    if kind in "mM":
        unit = "numpy.timedelta64(1, 'D')"
        return f"Count days: {'(dates - dates.min())' if kind == 'M' else 'durations'} / {unit}."
    if array.dtype.names is not None:
        return "Use numpy.lib.recfunctions.structured_to_unstructured(...) of it."
    return _AS_NUMBERS


def _for_objects(array: Array) -> str:
    values: list[Any] = list(itertools.islice(array.flat, _LOOKED_AT))
    texts = [value for value in values if isinstance(value, (str, bytes))]
    if texts:
        if all(map(_is_number, texts)):
            return f"It holds numbers as text. {_AS_NUMBERS}"
        return _NAMES.capitalize() if array.ndim == 1 else f"Some of it is text; {_NAMES}"
    if any(value is None for value in values):
        return "Some of it is missing (None): fill it in, or leave these samples out."
    if any(isinstance(value, (Sequence, np.ndarray)) for value in values):
        return _UNEQUAL
    if all(map(_is_number, values)):
        return _AS_NUMBERS
    return f"It holds objects of the type {type(values[0]).__name__}: make numbers of them."


def for_no_array(value: Any) -> str:
    """Returns what makes an array of something that is none."""
    if hasattr(value, "toarray"):
        return "Pass its .toarray()."
    if isinstance(value, (set, frozenset)):
        return "A set has no order: pass a list or a NumPy array."
    return _BATCHES


def for_unequal(value: Any) -> str:
    """Returns what makes one array of a list or tuple whose items differ in shape."""
    shapes = [tuple(item.shape) for item in value if hasattr(item, "shape")]
    if len(shapes) == len(value):
        if len({shape[:1] for shape in shapes}) == 1:
            listed = " and ".join(map(str, shapes[:3]))
            return f"Pass arrays of shapes {listed} one by one, as in fit(x, y)."
        return "Pad or resize the samples to one shape, and join them with numpy.stack."
    if any(isinstance(item, (tuple, list)) and _has_arrays(item) for item in value):
        return _BATCHES
    return "Pad the rows to one length; layers.Masking or Embedding(mask_zero=True) skips padding."


def _has_arrays(items: Sequence[Any]) -> bool:
    return any(len(getattr(item, "shape", ())) > 0 for item in items)


def for_shape(received: tuple[int, ...], shape: tuple[int, ...], argument: str) -> str:
    """Returns what brings an array into the shape that a model reads.

    Args:
        received: The array's shape.
        shape: That of one of the model's samples.
        argument: What to call the array.
    """
    sample = received[1:]
    target = ", ".join(map(str, shape))
    if received == shape:
        return f"For one sample, pass {argument}[numpy.newaxis]."
    if _without_ones(sample) == _without_ones(shape):
        return f"Pass {argument}.reshape(-1, {target})."
    if len(shape) > 1 and sorted(sample) == sorted(shape):
        # The numbers are the same, but a reshape would tear the samples apart.
        return f"Pass numpy.transpose({argument}, {_order(sample, shape)})."
    if received[:-1] == shape:
        return f"The samples lie in the last axis: pass numpy.moveaxis({argument}, -1, 0)."
    if math.prod(sample) == math.prod(shape) and sample and 1 in (len(sample), len(shape)):
        first = f"Pass {argument}.reshape(-1, {target})"
        if len(shape) == 1:
            return f"{first}, or make layers.Flatten(input_shape={sample}) the first layer."
        return f"{first}, or begin with input_shape={sample} and layers.Reshape({shape})."
    if math.prod(received) == math.prod(shape):
        return f"For one sample, pass {argument}.reshape(1, {target})."
    wanted = f"Give the model samples of shape {shape}"
    return f"{wanted}, or its first layer input_shape={sample}." if sample else f"{wanted}."


def _without_ones(shape: tuple[int, ...]) -> list[int]:
    return [extent for extent in shape if extent != 1]


def _order(sample: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of an array of samples in the order in which their extents are those of `shape`."""
    free = list(enumerate(sample, start=1))
    order = [0]
    for extent in shape:
        found = next(entry for entry in free if entry[1] == extent)
        free.remove(found)
        order.append(found[0])
    return tuple(order)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True
