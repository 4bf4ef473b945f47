"""Binary cross-entropy loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from martlet.losses import functions
from martlet.losses.loss import Loss, values_like_output


class BinaryCrossentropy(Loss):
    """Computes the cross-entropy between binary labels and predictions.

    -y log p - (1 - y) log(1 - p), averaged over outputs and samples.

    Targets lie in [0, 1] and have the output's shape; (n,) will do for an output of one unit.
    Probabilities are kept between 1e-7 and 1 - 1e-7, as in Keras, and have no gradient where they
    were cut off. After a sigmoid with nothing but a change of shape behind it the two are computed
    together, which is exact where that is not.

    Args:
        from_logits: Whether the network's outputs lack a sigmoid. None takes them as probabilities,
            but as logits where a layer without an activation, such as `Dense(1)`, made them, and
            then `compile` warns; it also warns where it cannot tell. Keras's default is False.
        label_smoothing: Moves targets this fraction of the way to 0.5; in [0, 1).
        reduction: See `Loss`.
        name: A label.
    """

    function: ClassVar[Callable[..., npt.NDArray[Any]]] = staticmethod(
        functions.binary_crossentropy
    )

    def __init__(
        self,
        from_logits: bool | None = None,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(name, reduction)
        self.from_logits: bool | None = self._setting("from_logits", from_logits)
        self.label_smoothing: float = self._setting("label_smoothing", label_smoothing)

    def prepare(
        self, y: npt.NDArray[Any], output_shape: tuple[int, ...], argument: str
    ) -> npt.NDArray[Any]:
        """Returns targets as floats of the output's shape."""
        values = values_like_output(y, output_shape, argument, self.name)
        wrong = ~((values >= 0) & (values <= 1))
        if wrong.any():
            row = int(np.argwhere(wrong)[0][0])
            raise ValueError(
                f"{argument}: expected values between 0 and 1 for {self.name}, received "
                f"{values[wrong][0]} in row {row} ({int(np.count_nonzero(wrong))} such in all). "
                f"{_remedy(values, argument)}"
            )
        return values

    def class_count(self, output_shape: tuple[int, ...]) -> int | None:
        """Returns how many classes an output tells apart: one unit says yes or no."""
        return super().class_count(output_shape) or 2


class BinaryFocalCrossentropy(BinaryCrossentropy):
    """Computes the binary focal cross-entropy between labels and predictions.

    (1 - p) ** gamma * -log(p) with the probability p of the right answer, averaged over outputs and
    samples: samples count less that are classified well already.

    Args:
        apply_class_balancing: Whether yes counts `alpha` and no 1 - `alpha`.
        alpha: See above; from 0 to 1.
        gamma: How much less well classified samples count; at least 0.
        from_logits: See `BinaryCrossentropy`.
        label_smoothing: See `BinaryCrossentropy`.
        reduction: See `Loss`.
        name: A label.
    """

    function = staticmethod(functions.binary_focal_crossentropy)

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool | None = None,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(from_logits, label_smoothing, reduction=reduction, name=name)
        self.apply_class_balancing: bool = self._setting(
            "apply_class_balancing", apply_class_balancing
        )
        self.alpha: float = self._setting("alpha", alpha)
        self.gamma: float = self._setting("gamma", gamma)


def _remedy(values: npt.NDArray[np.floating[Any]], argument: str) -> str:
    if not np.isfinite(values).all():
        return "Leave out what is NaN or infinite."
    least, largest = float(values.min()), float(values.max())
    if ((values == -1) | (values == 1)).all():
        return f"For -1 and 1, pass ({argument} + 1) / 2."
    if ((values == 1) | (values == 2)).all():
        return f"If the classes are counted from 1, pass {argument} - 1."
    whole = bool((values == np.floor(values)).all()) and least >= 0
    if whole and values[0].size == 1:
        return (
            "For more than two classes use one output per class and "
            'loss="sparse_categorical_crossentropy".'
        )
    if whole and 128 <= largest <= 255:
        return f"For pixels, pass {argument} / 255."
    return 'For other numbers than answers of yes or no use loss="mean_squared_error".'
