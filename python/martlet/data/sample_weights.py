"""Sample weights and class weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.data.arrays import Array, as_array
from martlet.utils.labels import row_classes

if TYPE_CHECKING:
    from martlet.graph import Built
    from martlet.losses import Loss

SampleWeights = npt.NDArray[np.float32]


def prepare_sample_weight(sample_weight: Any, count: int, built: Built) -> list[SampleWeights]:
    """Returns the weights of the samples: for all outputs together, or an array for each.

    Args:
        sample_weight: One weight for each sample, or for each of its time steps; for several
            outputs also a list of such arrays, or a dictionary by output name.
        count: How many samples there are.
        built: The model in the engine.

    Raises:
        ValueError: Another number of weights, or weights that are negative or not finite.
    """
    shapes, names = built.output_shapes, built.graph.output_names
    if isinstance(sample_weight, Mapping):
        if set(sample_weight) != set(names):
            raise ValueError(
                f"sample_weight: expected a key for each of the outputs {', '.join(names)}, "
                f"received {', '.join(map(str, sample_weight))}."
            )
        sample_weight = [sample_weight[name] for name in names]
    each = isinstance(sample_weight, (list, tuple)) and len(sample_weight) == len(shapes) > 1
    if not each or np.ndim(sample_weight[0]) == 0:
        return [_weights(sample_weight, count, shapes, "sample_weight")]
    return [
        _weights(item, count, [shape], f"sample_weight[{index}]")
        for index, (item, shape) in enumerate(zip(sample_weight, shapes, strict=True))
    ]


def _weights(
    given: Any, count: int, shapes: Sequence[tuple[int, ...]], argument: str
) -> SampleWeights:
    weights = as_array(given, argument)
    steps = {shape[0] if len(shape) > 1 else 1 for shape in shapes}
    allowed = [(count,), (count, 1), *((count, step) for step in steps if len(steps) == 1)]
    if weights.shape not in allowed:
        by_step = f", or for each of their {max(steps)} time steps" if steps != {1} else ""
        raise ValueError(
            f"{argument}: expected one weight for each of the {count} samples{by_step}, received "
            f"shape {weights.shape}."
        )
    checked = _checks.finite_floats(argument, weights)
    if (checked < 0).any():
        place = np.argwhere(checked < 0)[0]
        raise ValueError(
            f"{argument}: expected weights of at least 0, received {checked[tuple(place)]:g} in "
            f"row {place[0]}."
        )
    flat = checked.reshape(count) if checked.size == count else checked
    return np.ascontiguousarray(flat)


def prepare_class_weight(
    class_weight: Mapping[int, float],
    targets: Sequence[Array],
    losses: Sequence[Loss | None],
    output_shapes: Sequence[tuple[int, ...]],
) -> SampleWeights:
    """Returns the weight of each sample's class.

    As in Keras, a class without a weight counts 1, and a model has one output. A weight for a class
    that the model does not have is an error here.

    Args:
        class_weight: A weight for each class.
        targets: What the losses read: labels or rows.
        losses: One for each output.
        output_shapes: The shape of each output.

    Raises:
        TypeError: Not a dictionary from integers to numbers.
        ValueError: Weights or classes that have no meaning for the model.
    """
    if not isinstance(class_weight, Mapping):
        raise TypeError(
            "class_weight: expected a dictionary from class to weight, such as {0: 1.0, 1: 5.0}; "
            f"received {type(class_weight).__name__}."
        )
    if len(targets) > 1 or len(output_shapes[0]) > 1:
        raise ValueError(
            "class_weight: expected a model with one output that has one answer for each sample, "
            f"received outputs of shape {', '.join(map(str, output_shapes))}. Use sample_weight."
        )
    weights = {_class(key): _weight(key, value) for key, value in class_weight.items()}
    loss = losses[0]
    _check_known(weights, None if loss is None else loss.class_count(output_shapes[0]))
    labels, places = np.unique(_labels(targets[0]), return_inverse=True)
    table = np.array([weights.get(int(label), 1.0) for label in labels], np.float32)
    result: SampleWeights = table[places.reshape(-1)]
    return result


def _class(key: Any) -> int:
    if isinstance(key, (float, np.floating)) and float(key).is_integer():
        return int(key)
    return _checks.integer("class_weight", "each class", key, minimum=None)


def _weight(key: Any, value: Any) -> float:
    return _checks.factor("class_weight", f"the weight of class {key}", value, minimum=0)


def _check_known(weights: Mapping[int, float], classes: int | None) -> None:
    unknown = [key for key in weights if classes is not None and not 0 <= key < classes]
    if unknown:
        raise ValueError(
            f"class_weight: expected classes 0 ... {(classes or 1) - 1}, which the model tells "
            f"apart; received a weight for {', '.join(map(str, unknown))}."
        )


def _labels(y: Array) -> npt.NDArray[Any]:
    if y.ndim == 1 or y.shape[-1] == 1:
        labels: npt.NDArray[Any] = y.reshape(-1)
        wrong = labels != np.floor(labels)
        expected = "integer labels"
    else:
        labels, wrong = row_classes(y)
        expected = "rows that each name one class"
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"class_weight: expected y to be {expected}, received {y[row]} in row {row}. Use "
            "sample_weight."
        )
    return labels
