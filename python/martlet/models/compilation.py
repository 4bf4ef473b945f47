"""Settings of `compile`, and their loss and metrics for each output of a model."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from martlet import _checks, losses, metrics, optimizers
from martlet.losses import Loss
from martlet.metrics import Metric
from martlet.optimizers import Optimizer
from martlet.utils import console


@dataclass(frozen=True)
class Objectives:
    """What is minimised and what is reported, one entry for each output of a model.

    Attributes:
        losses: One for each output.
        loss_weights: A factor for each loss.
        metrics: The metrics of each output.
        names: What a run reports, in order: the loss and the metrics. With several outputs the loss
            is the sum of theirs, and each has `<output>_loss` and `<output>_<metric>`.
        directions: By such a name "up" or "down", as the loss or metric object gets better.
        shapes: Of what a run reports; () for a number. Known once a model has taken the settings.
        counts: The names of what is made of whole numbers.
    """

    losses: list[Loss | None]
    loss_weights: list[float]
    metrics: list[list[Metric]]
    names: list[str]
    directions: dict[str, str]
    shapes: tuple[tuple[int, ...], ...] = ()
    counts: frozenset[str] = frozenset()

    def shaped(self, by_output: Sequence[Sequence[Sequence[int]]]) -> Objectives:
        """Returns the same with the shapes of each output's metrics, as the engine tells them."""
        shapes: list[tuple[int, ...]] = [()]
        for group in by_output:
            shapes += [()] * (len(by_output) > 1)
            shapes += [tuple(shape) for shape in group]
        return dataclasses.replace(self, shapes=tuple(shapes))

    def named(self, values: Sequence[float]) -> dict[str, Any]:
        """Returns what a run reports by name: numbers, and arrays of numbers."""
        logs: dict[str, Any] = {}
        place = 0
        for name, shape in zip(self.names, self.shapes, strict=True):
            count = math.prod(shape)
            found = values[place : place + count]
            kind = np.int64 if name in self.counts else np.float64
            logs[name] = np.array(found, kind).reshape(shape) if shape else found[0]
            place += count
        return logs


class Compilation:
    """An optimizer, losses and metrics, before they are assigned to the outputs of a model.

    Args:
        optimizer: A name or an Optimizer.
        loss: A name or a Loss; for several outputs a list or a dictionary by output name. None for
            a model that is only looked at.
        metrics_wanted: Names or Metric objects; for several outputs a list or dictionary of such.
        loss_weights: A factor for each loss, as a list or dictionary, or None.
        weighted_metrics: Metrics for which samples count by their weights, likewise.

    Raises:
        ValueError: An unknown name; the message gives the nearest.
        TypeError: Something else than a name or an object of the family.
    """

    def __init__(
        self,
        optimizer: str | Optimizer,
        loss: Any,
        metrics_wanted: Any,
        loss_weights: Any,
        weighted_metrics: Any = None,
    ) -> None:
        self._doubts: set[str] = set()
        self.optimizer = optimizers.get(optimizer)
        self.loss = _made(losses.get, loss, depth=1)
        self.metrics_wanted = _made(metrics.get, metrics_wanted, depth=2)
        self.weighted_wanted = _made(metrics.get, weighted_metrics, depth=2)
        self.weights_wanted = _made(_weight, loss_weights, depth=1)
        self.expected = self._resolved(self._expected_outputs(), is_final=False)

    def objectives(self, outputs: Sequence[str]) -> Objectives:
        """Returns what the arguments come to for the outputs of a model.

        Raises:
            ValueError: Losses, weights or metrics for other outputs, or two numbers of one name.
        """
        found = self._resolved(list(outputs), is_final=True)
        _check_distinct(found.names)
        return found

    def to_engine(self, objectives: Objectives) -> dict[str, Any]:
        """Returns the description that the engine reads."""
        return {
            "losses": [None if loss is None else loss.to_engine() for loss in objectives.losses],
            "loss_weights": objectives.loss_weights,
            "metrics": [[metric.to_engine() for metric in group] for group in objectives.metrics],
            "optimizer": self.optimizer.to_engine(),
        }

    def warn(self, doubts: Sequence[str]) -> None:
        """Passes on what the engine could not know of the model's outputs, each thing once."""
        for doubt in doubts:
            if doubt not in self._doubts:
                self._doubts.add(doubt)
                console.warn(doubt)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of `compile` as plain values."""
        return {
            "optimizer": _described(self.optimizer),
            "loss": _plain(self.loss),
            "metrics": _plain(self.metrics_wanted),
            "weighted_metrics": _plain(self.weighted_wanted),
            "loss_weights": self.weights_wanted,
        }

    def _expected_outputs(self) -> list[str]:
        """The outputs that the losses speak of, for as long as the model is not built."""
        if isinstance(self.loss, dict):
            return list(self.loss)
        count = len(self.loss) if isinstance(self.loss, list) else 1
        return [f"output_{index + 1}" for index in range(count)]

    def _resolved(self, outputs: list[str], is_final: bool) -> Objectives:
        weights = 1.0 if self.weights_wanted is None else self.weights_wanted
        found = _for_each("loss", self.loss, outputs, is_final)
        factors = _for_each("loss_weights", weights, outputs, is_final, default=1.0)
        groups = _with_weighted(
            _metrics("metrics", self.metrics_wanted, outputs, is_final),
            _metrics("weighted_metrics", self.weighted_wanted, outputs, is_final),
        )
        names = ["loss"]
        directions: dict[str, str] = {"loss": Loss.direction}
        counts: set[str] = set()
        for name, group in zip(outputs, groups, strict=True):
            prefix = f"{name}_" if len(outputs) > 1 else ""
            names += [f"{name}_loss"] * (len(outputs) > 1)
            names += [prefix + metric.name for metric in group]
            directions[f"{name}_loss"] = Loss.direction
            directions.update((prefix + metric.name, metric.direction) for metric in group)
            counts.update(prefix + metric.name for metric in group if metric.is_count)
        return Objectives(
            losses=found,
            loss_weights=factors,
            metrics=groups,
            names=names,
            directions=directions,
            counts=frozenset(counts),
        )


def _check_distinct(names: list[str]) -> None:
    """Refuses numbers of which one would take another's place in the history."""
    places = [*names, *(f"val_{name}" for name in names)]
    twice = next((name for name in places if places.count(name) > 1), None)
    if twice is not None:
        raise ValueError(
            "compile: expected numbers of different names, which are keys of the history; received "
            f"{', '.join(names)}, so that two are called {twice}. Give a metric object another "
            "name=, or the layer of an output."
        )


def _weight(value: Any) -> float:
    return _checks.factor("compile", "each of loss_weights", value)


def _made(get: Callable[[Any], Any], value: Any, depth: int) -> Any:
    """Returns objects in place of names, also within lists and a dictionary by output.

    Args:
        get: Makes an object of a name.
        value: What `compile` was given.
        depth: How many lists may lie around a name, or a dictionary and lists within it.
    """
    if value is None:
        return None
    if depth and isinstance(value, Mapping) and "class" not in value:
        return {str(key): _listed_made(get, item, depth - 1) for key, item in value.items()}
    return _listed_made(get, value, depth)


def _listed_made(get: Callable[[Any], Any], value: Any, depth: int) -> Any:
    if depth and isinstance(value, (list, tuple)):
        return [_listed_made(get, item, depth - 1) for item in value]
    return None if value is None and depth else get(value)


def _for_each(
    argument: str, value: Any, outputs: list[str], is_final: bool, default: Any = None
) -> list[Any]:
    """Returns one value for each output."""
    if isinstance(value, dict):
        if is_final:
            _check_keys(argument, value, outputs, all_needed=default is None)
        return [value.get(name, default) for name in outputs]
    if not isinstance(value, list):
        return [value] * len(outputs)
    if len(value) == 1:
        return value * len(outputs)
    if len(value) != len(outputs):
        if value and not is_final:
            return [value[0]] * len(outputs)
        raise ValueError(
            f"compile: the model has {len(outputs)} outputs ({', '.join(outputs)}); expected one "
            f"of {argument} for each, received {len(value)}."
        )
    return value


def _with_weighted(groups: list[list[Metric]], weighted: list[list[Metric]]) -> list[list[Metric]]:
    """Adds the weighted metrics of each output, those that are there twice by another name."""
    return [
        [
            *group,
            *(
                metric.weighted(
                    f"weighted_{metric.name}"
                    if any(metric.name == other.name for other in group)
                    else metric.name
                )
                for metric in more
            ),
        ]
        for group, more in zip(groups, weighted, strict=True)
    ]


def _metrics(argument: str, value: Any, outputs: list[str], is_final: bool) -> list[list[Metric]]:
    """Returns the metrics of each output. A list with an entry for each output is such."""
    if isinstance(value, dict):
        if is_final:
            _check_keys(argument, value, outputs, all_needed=False)
        return [_listed(value.get(name)) for name in outputs]
    entries = _listed(value)
    if len(outputs) > 1 and len(entries) == len(outputs):
        return [_listed(entry) for entry in entries]
    if len(outputs) > 1 and any(isinstance(entry, list) for entry in entries):
        raise ValueError(
            f"compile: expected a list of {argument} for each of the {len(outputs)} outputs, "
            f"received {len(entries)}."
        )
    if any(entry is None for entry in entries):
        raise TypeError(
            f"compile: expected {argument} to be names or Metric objects, received None."
        )
    flat = [item for entry in entries for item in _listed(entry)]
    return [flat for _ in outputs]


def _check_keys(argument: str, value: dict[str, Any], outputs: list[str], all_needed: bool) -> None:
    unknown = [key for key in value if key not in outputs]
    missing = [name for name in outputs if name not in value] if all_needed else []
    if unknown or missing:
        raise ValueError(
            f"compile: expected {argument} for the outputs {', '.join(outputs)}; received "
            f"{', '.join(value) or 'none'}."
        )


def _described(item: Any) -> dict[str, Any] | None:
    if item is None:
        return None
    return {"class": type(item).__name__, "config": item.get_config()}


def _plain(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _described(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
