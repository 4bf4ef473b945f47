"""What a metric is of arrays: measured by the engine, on a network that hands its input on."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _core
from martlet._messages import shown

Array = npt.NDArray[Any]


def as_pair(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Returns targets and predictions as the engine reads them: labels or numbers, and float32.

    Raises:
        TypeError: No numbers.
        ValueError: Shapes do not fit; nothing is broadcast.
    """
    outputs = _numbers("y_pred", y_pred).astype(np.float32)
    if outputs.ndim == 1:
        outputs = outputs[:, np.newaxis]
    targets = _numbers("y_true", y_true)
    if outputs.ndim == 0 or targets.ndim == 0 or len(targets) != len(outputs):
        raise ValueError(
            f"expected as many targets as predictions, received y_true of shape {targets.shape} "
            f"and y_pred of shape {outputs.shape}."
        )
    places, classes = outputs.shape[:-1], outputs.shape[-1]
    if targets.shape == outputs.shape or (classes == 1 and targets.shape == places):
        return targets.reshape(outputs.shape).astype(np.float32), outputs
    if targets.shape not in (places, (*places, 1)):
        raise ValueError(
            f"y_true: expected the shape of y_pred, {outputs.shape}, or labels of shape {places}, "
            f"received {targets.shape}. Nothing is broadcast."
        )
    labels = targets.reshape(places)
    if _core.find_wrong_label(labels, classes) is not None:
        raise ValueError(f"y_true: expected integer labels 0 ... {classes - 1}.")
    return labels.astype(np.int64), outputs


def measure(
    metric: dict[str, Any], y_true: Array, y_pred: Array, weights: Array | None
) -> float | Array:
    """Returns what the metric that the engine is told of is of arrays; see `as_pair`."""
    network = {
        "layers": [{"class": "Input", "name": "y", "config": {"shape": y_pred.shape[1:]}}],
        "nodes": [{"layer": 0, "inputs": []}],
        "inputs": [[0, 0]],
        "outputs": [[0, 0]],
    }
    model = _core.Model(json.dumps(network), 0)
    model.compile(
        json.dumps(
            {
                "losses": [_form(y_true, y_pred)],
                "metrics": [[{**metric, "weighted": weights is not None}]],
                "optimizer": {"class": "SGD", "config": {}},
            }
        )
    )
    values, *_ = model.evaluate(
        [y_pred], [y_true], weights, None, batch_size=4096, interval=0.0, progress=None
    )
    shape = json.loads(model.describe())["metric_shapes"][0][0]
    found = values[-math.prod(shape) :]
    return np.array(found).reshape(shape) if shape else found[0]


def _form(y_true: Array, y_pred: Array) -> dict[str, Any] | None:
    """What outputs mean: where rows are not one-hot, each is an answer of its own."""
    if y_true.shape != y_pred.shape or y_pred.shape[-1] == 1:
        return None
    is_one_hot = bool((np.abs(y_true.sum(axis=-1) - 1) < 1e-3).all())
    if is_one_hot:
        return None
    return {"class": "BinaryCrossentropy", "config": {"from_logits": False}}


def _numbers(name: str, value: Any) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: expected numbers, received {shown(value)}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, received NaN or infinity.")
    return array
