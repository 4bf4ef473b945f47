"""How much each sample counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.data.arrays import Array, as_array


def prepare_sample_weight(
    sample_weight: Any, class_weight: Mapping[int, float] | None, y: Any, count: int
) -> npt.NDArray[np.float32] | None:
    """Returns one weight for each sample, or None when all count the same.

    Args:
        sample_weight: One weight for each sample, or None.
        class_weight: A weight for each class, or None. With both, they are multiplied.
        y: Labels, whole numbers or one-hot rows.
        count: How many samples there are.

    Raises:
        ValueError: Another number of weights, or weights that are negative or not finite.
    """
    weights = None if sample_weight is None else _checked(sample_weight, count)
    if class_weight is None:
        return weights
    by_class = _by_class(class_weight, as_array(y, "y"))
    return by_class if weights is None else weights * by_class


def _checked(sample_weight: Any, count: int) -> npt.NDArray[np.float32]:
    weights = as_array(sample_weight, "sample_weight").astype(np.float32)
    if weights.size != count or weights.shape[0] != count:
        raise ValueError(
            f"sample_weight: expected one weight for each of the {count} samples, received shape "
            f"{weights.shape}."
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("sample_weight: expected finite weights of at least 0.")
    return np.ascontiguousarray(weights.reshape(-1))


def _by_class(class_weight: Mapping[int, float], y: Array) -> npt.NDArray[np.float32]:
    if not isinstance(class_weight, Mapping):
        raise TypeError(
            "class_weight: expected a dictionary from class to weight, received "
            f"{type(class_weight).__name__}."
        )
    labels = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(np.int64)
    keys = [_checks.integer("class_weight", "each class", key, minimum=0) for key in class_weight]
    table = np.ones(max([int(labels.max()), *keys]) + 1, dtype=np.float32)
    for key, weight in class_weight.items():
        table[key] = _checks.number("class_weight", f"the weight of class {key}", weight, minimum=0)
    result: npt.NDArray[np.float32] = table[labels]
    return result
