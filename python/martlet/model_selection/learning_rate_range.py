"""Learning-rate range test."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown
from martlet.models import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
_OWNER = "lr_find"


class LearningRateRange:
    """Result of a learning-rate range test.

    Attributes:
        rates: The learning rates that were tried, rising.
        losses: The smoothed loss at each.
        suggestion: The rate at which the loss falls most steeply over the logarithm of the rate, or
            None if it never falls.
    """

    def __init__(self, rates: Floats, losses: Floats) -> None:
        self.rates = rates
        self.losses = losses
        self.suggestion = _steepest(rates, losses)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plots the loss over the learning rate, and marks the suggestion.

        Args:
            ax: The axes to draw on; None makes a new figure.
        """
        from martlet.visualization.style import BLUE, ORANGE, new_axes

        ax = new_axes(ax, (5.5, 3.4))
        ax.plot(self.rates, self.losses, color=BLUE, linewidth=2)
        ax.set_xscale("log")
        ax.set_xlabel("learning rate")
        ax.set_ylabel("loss (smoothed)")
        if self.suggestion is not None:
            label = f"suggestion {self.suggestion:.2g}"
            ax.axvline(self.suggestion, color=ORANGE, linestyle="--", label=label)
            ax.legend(frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
        return ax

    def __repr__(self) -> str:
        found = "none" if self.suggestion is None else f"{self.suggestion:.3g}"
        return f"<LearningRateRange of {len(self.rates)} rates: suggestion {found}>"


def lr_find(
    model: Model,
    x: Any,
    y: Any,
    start: float = 1e-6,
    end: float = 1.0,
    steps: int = 100,
    batch_size: int = 32,
    *,
    smoothing: float = 0.9,
    divergence: float = 4.0,
) -> LearningRateRange:
    """Learning-rate range test (Smith 2015): trains with a rate that grows from batch to batch.

    A copy of the model is trained, whose optimizer starts anew: weights, optimizer and learning
    rate of the model itself stay exactly as they are.

    Args:
        model: A compiled model.
        x: As in `fit`, one array.
        y: As in `fit`, one array.
        start: The first learning rate.
        end: The last one.
        steps: The number of batches, and of rates, which grow by the same factor.
        batch_size: Samples in a batch.
        smoothing: How much of the running mean of the loss each batch keeps; 0 for no smoothing.
        divergence: The test ends when the smoothed loss exceeds its least value this many times.

    Raises:
        TypeError: `model` is no model, or `x` or `y` no array.
        ValueError: A number out of range.
        RuntimeError: The model is not compiled.

    Example:
        >>> model = martlet.Sequential([layers.Dense(1, input_shape=(2,))])
        >>> model.compile("sgd", "mean_squared_error")
        >>> x = np.random.default_rng(0).random((64, 2))
        >>> found = martlet.lr_find(model, x, x[:, :1], steps=10)
        >>> len(found.rates), model.optimizer.iterations
        (10, 0)
    """
    if not isinstance(model, Model):
        raise TypeError(f"{_OWNER}: expected model to be a model, received {shown(model)}.")
    start = _checks.positive(_OWNER, "start", start)
    end = _checks.positive(_OWNER, "end", end)
    if end <= start:
        raise ValueError(f"{_OWNER}: expected end to be above start={start:g}, received {end:g}.")
    steps = _checks.integer(_OWNER, "steps", steps, minimum=2)
    batch_size = _checks.integer(_OWNER, "batch_size", batch_size)
    smoothing = _checks.number(_OWNER, "smoothing", smoothing, minimum=0, below=1)
    divergence = _checks.number(_OWNER, "divergence", divergence, minimum=1)
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or not len(x):
        raise ValueError(
            f"{_OWNER}: expected x and y of as many rows, received shapes {x.shape} and {y.shape}."
        )
    batches = _batches(len(x), batch_size, model.seed)
    losses = _Losses(smoothing, divergence)
    rates = np.geomspace(start, end, steps)
    trial = _trial(model)
    for rate in rates:
        rows = next(batches)
        trial.optimizer.learning_rate = float(rate)
        if losses.add(trial.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]):
            break
    return LearningRateRange(rates[: len(losses.values)], np.array(losses.values))


def _trial(model: Model) -> Any:
    model.optimizer  # noqa: B018 - raises when the model is not compiled
    return copy.deepcopy(model)


def _batches(count: int, size: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(count)
        for first in range(0, max(count - size, 0) + 1, size):
            yield order[first : first + size]


class _Losses:
    """Exponential means of losses, without the bias of the first ones."""

    def __init__(self, smoothing: float, divergence: float) -> None:
        self.values: list[float] = []
        self._smoothing, self._divergence = smoothing, divergence
        self._mean = 0.0

    def add(self, loss: float) -> bool:
        """Takes in the loss of a batch; returns whether training diverges."""
        if not math.isfinite(loss):
            return True
        kept = self._smoothing
        self._mean = kept * self._mean + (1 - kept) * loss
        value = self._mean / (1 - kept ** (len(self.values) + 1))
        self.values.append(value)
        return value > self._divergence * min(self.values) > 0


def _steepest(rates: Floats, losses: Floats) -> float | None:
    if len(rates) < 2:
        return None
    # Behind its least value the loss jumps, and falls from there as steeply as it likes.
    slopes = np.gradient(losses, np.log(rates))[: losses.argmin() + 1]
    return float(rates[slopes.argmin()]) if slopes.min() < 0 else None
