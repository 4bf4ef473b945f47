"""Checks of targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from martlet.data.arrays import Array, as_array, packed
from martlet.graph import Built
from martlet.losses.crossentropy import prepare_any

if TYPE_CHECKING:
    from martlet.losses import Loss


def prepare_targets(
    y: Any, losses: Sequence[Loss | None], built: Built, argument: str = "y"
) -> list[Array]:
    """Returns one array for each output of the model, in the form that its loss reads.

    Args:
        y: An array; for a model of several outputs a list of arrays, or a dictionary by output
            name.
        losses: One for each output, or None for one that only metrics look at.
        built: The model in the engine.
        argument: What to call `y` in error messages.

    Raises:
        ValueError: A wrong shape, or labels that the output has no place for.
        TypeError: A dtype that is no number, or no targets at all.
    """
    if y is None:
        raise TypeError(f"{argument}: expected targets, one for each sample; received none.")
    shapes = built.output_shapes
    if len(shapes) == 1 and not isinstance(y, Mapping):
        return [_prepared(losses[0], as_array(y, argument), shapes[0], argument)]
    values = _each_output(y, built, argument)
    return [
        _prepared(loss, as_array(value, f"{argument}[{index}]"), shape, f"{argument}[{index}]")
        for index, (value, loss, shape) in enumerate(zip(values, losses, shapes, strict=True))
    ]


def _prepared(loss: Loss | None, y: Array, shape: tuple[int, ...], argument: str) -> Array:
    return packed((prepare_any if loss is None else loss.prepare)(y, shape, argument))


def _each_output(y: Any, built: Built, argument: str) -> list[Any]:
    names = built.graph.output_names
    if isinstance(y, Mapping) and set(y) == set(names):
        return [y[name] for name in names]
    if not isinstance(y, (list, tuple)) or len(y) != len(names):
        raise ValueError(
            f"{argument}: expected a list of {len(names)} arrays, one for each of the outputs "
            f"{', '.join(names)}, or a dictionary with these keys."
        )
    return list(y)
