"""What a run reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet import _core
from martlet.data.arrays import Array
from martlet.data.inputs import check_same_length, prepare_inputs
from martlet.data.targets import prepare_targets
from martlet.data.weights import prepare_sample_weight

if TYPE_CHECKING:
    from martlet.losses import Loss
    from martlet.models.engine import Engine


class Dataset:
    """Arrays that are checked and ready for the engine, and the rows of them to use.

    Attributes:
        inputs: One array for each input.
        targets: One array for each output.
        sample_weight: One weight for each sample, or None.
        rows: The samples to use, or None for all.
    """

    def __init__(
        self,
        inputs: list[Array],
        targets: list[Array],
        sample_weight: npt.NDArray[np.float32] | None = None,
        rows: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.inputs = inputs
        self.targets = targets
        self.sample_weight = sample_weight
        self.rows = rows

    @classmethod
    def prepare(
        cls,
        x: Any,
        y: Any,
        engine: Engine,
        losses: Sequence[Loss],
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        names: tuple[str, str] = ("x", "y"),
    ) -> Dataset:
        """Checks arrays from the user, each value once.

        Raises:
            ValueError: Shapes, lengths, labels or weights do not fit, or a value is NaN or
                infinite.
            TypeError: A dtype that is no number.
        """
        inputs = prepare_inputs(x, engine, names[0])
        targets = prepare_targets(y, losses, engine, names[1])
        check_same_length([inputs[0], *targets], [names[0], *[names[1]] * len(targets)])
        for name, arrays in zip(names, (inputs, targets), strict=True):
            for array in arrays:
                if array.dtype.kind == "f":
                    _core.check_finite(array, name)
        weights = None
        if class_weight is not None and any(len(shape) > 1 for shape in engine.output_shapes):
            raise ValueError(
                "class_weight: expected a model with one answer for each sample, received one of "
                f"output shape {engine.output_shapes[0]}. Use sample_weight."
            )
        if sample_weight is not None or class_weight is not None:
            weights = prepare_sample_weight(sample_weight, class_weight, y, len(inputs[0]))
        return cls(inputs, targets, weights)

    def __len__(self) -> int:
        return len(self.inputs[0]) if self.rows is None else len(self.rows)

    def head(self, count: int) -> Dataset:
        """Returns the first `count` samples, without a copy."""
        return self._sliced(slice(None, count))

    def tail(self, start: int) -> Dataset:
        """Returns the samples from `start`, without a copy."""
        return self._sliced(slice(start, None))

    def choose(self, rows: npt.NDArray[np.int64]) -> Dataset:
        """Returns some of the samples, without a copy: the engine picks them as it goes."""
        return Dataset(self.inputs, self.targets, self.sample_weight, rows)

    def _sliced(self, part: slice) -> Dataset:
        weights = None if self.sample_weight is None else self.sample_weight[part]
        return Dataset(
            [array[part] for array in self.inputs], [array[part] for array in self.targets], weights
        )
