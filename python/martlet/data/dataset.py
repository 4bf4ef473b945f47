"""Dataset: the arrays and rows that a run reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.data.arrays import Array
from martlet.data.inputs import check_finite, check_same_length, prepare_inputs
from martlet.data.sample_weights import SampleWeights, prepare_class_weight, prepare_sample_weight
from martlet.data.targets import prepare_targets
from martlet.graph import Built

if TYPE_CHECKING:
    from martlet.losses import Loss


class Dataset:
    """Arrays that are checked and ready for the engine, and the rows of them to use.

    Attributes:
        inputs: One array for each input.
        targets: One array for each output.
        sample_weight: One weight for each sample or time step, for all outputs together or an array
            for each; or None.
        class_weight: The weight of each sample's class while training, or None. As in Keras it does
            not count where something is measured.
        rows: The samples to use, or None for all.
    """

    def __init__(
        self,
        inputs: list[Array],
        targets: list[Array],
        sample_weight: list[SampleWeights] | None = None,
        rows: npt.NDArray[np.int64] | None = None,
        class_weight: SampleWeights | None = None,
    ) -> None:
        self.inputs = inputs
        self.targets = targets
        self.sample_weight = sample_weight
        self.rows = rows
        self.class_weight = class_weight

    @classmethod
    def prepare(
        cls,
        x: Any,
        y: Any,
        built: Built,
        losses: Sequence[Loss | None],
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
        inputs = prepare_inputs(x, built, names[0])
        targets = prepare_targets(y, losses, built, names[1])
        check_same_length([inputs[0], *targets], [names[0], *[names[1]] * len(targets)])
        for name, arrays in zip(names, (inputs, targets), strict=True):
            check_finite(arrays, name)
        weights = by_class = None
        if sample_weight is not None:
            weights = prepare_sample_weight(sample_weight, len(inputs[0]), built)
        if class_weight is not None:
            by_class = prepare_class_weight(class_weight, targets, losses, built.output_shapes)
        return cls(inputs, targets, weights, class_weight=by_class)

    def __len__(self) -> int:
        return len(self.inputs[0]) if self.rows is None else len(self.rows)

    @classmethod
    def of_inputs(cls, x: Any, built: Built) -> Dataset:
        """Checks samples without targets."""
        inputs = prepare_inputs(x, built)
        check_finite(inputs, "x")
        return cls(inputs, [])

    def for_training(self) -> Dataset:
        """Returns the same samples, weighted by their classes too."""
        if self.class_weight is None:
            return self
        weights = self.class_weight
        if self.sample_weight is not None:
            # A model with class weights has one output with one answer for each sample.
            weights = _checks.finite_floats(
                "class_weight times sample_weight", weights.astype(float) * self.sample_weight[0]
            )
        return Dataset(self.inputs, self.targets, [weights], self.rows)

    def head(self, count: int) -> Dataset:
        """Returns the first `count` samples, without a copy."""
        return self._sliced(slice(None, count))

    def tail(self, start: int) -> Dataset:
        """Returns the samples from `start`, without a copy."""
        return self._sliced(slice(start, None))

    def choose(self, rows: npt.NDArray[np.int64]) -> Dataset:
        """Returns some of the samples, without a copy: the engine picks them as it goes."""
        return Dataset(self.inputs, self.targets, self.sample_weight, rows, self.class_weight)

    def _sliced(self, part: slice) -> Dataset:
        weights, by_class = self.sample_weight, self.class_weight
        return Dataset(
            [array[part] for array in self.inputs],
            [array[part] for array in self.targets],
            None if weights is None else [array[part] for array in weights],
            class_weight=None if by_class is None else by_class[part],
        )
