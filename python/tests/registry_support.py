"""Every class of the engine with values for its settings, in networks that show what it does.

All of it follows from the registry, so that a new class is walked as soon as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

import martlet
from martlet import _core
from martlet._config import arguments
from martlet._settings import Declared, Setting, registry
from martlet.metrics.accuracy import AutoAccuracy

MODULES = {
    "layers": martlet.layers,
    "optimizers": martlet.optimizers,
    "schedules": martlet.optimizers.schedules,
    "losses": martlet.losses,
    "metrics": martlet.metrics,
    "initializers": martlet.initializers,
}

INTERNAL = {"metrics": [AutoAccuracy]}
"""Classes that are not exported: what the name "accuracy" stands for."""

SETTINGS = [
    (family, name, setting)
    for family, classes in registry().items()
    for name, settings in classes.items()
    for setting in settings
]

NEEDED = {
    "seed": {"dropout": 0.5},
    "dropout": {"return_sequences": True},
    "recurrent_dropout": {"return_sequences": True},
    "output_padding": {"strides": [2, 2]},
    "zero_output_for_mask": {"return_sequences": True},
    "backward_layer": {"layer": {"class_name": "SimpleRNN", "config": {"units": 2}}},
    "warmup_steps": {"warmup_target": 2.0},
    "warmup_target": {"warmup_steps": 2},
    "nesterov": {"momentum": 0.5},
    "staircase": {"decay_rate": 0.5},
    "end_learning_rate": {"decay_steps": 4},
    "minval": {"maxval": 1.0},
    "alpha": {"apply_class_balancing": True},
    "summation_method": {"num_thresholds": 4},
    "num_classes": {"target_class_ids": [0]},
}
"""What a setting needs beside it to show."""

SHAPES = ([6], [5, 4], [5, 6, 4], [3, 4, 4, 2])
"""Of inputs; a layer has the first that it takes."""


def exported(family: str) -> dict[str, type[Declared]]:
    """The classes of a family that the package exports, by the engine's names."""
    module = MODULES[family]
    found = [getattr(module, name) for name in module.__all__]
    classes = [item for item in found if isinstance(item, type) and issubclass(item, Declared)]
    named = {item.declared_class(): item for item in [*classes, *INTERNAL.get(family, [])]}
    return {name: item for name, item in named.items() if name is not None}


def own_arguments(cls: type[Declared]) -> list[str]:
    """What the constructor takes for the engine: no label, and nothing that Python sees to."""
    beside = {"name", *getattr(cls, "python_arguments", ())}
    return [name for name in arguments(cls) if name not in beside]


def example(setting: Setting) -> Any:
    """A value in the middle of what a setting may be."""
    return next(values(setting))


def values(setting: Setting) -> Iterator[Any]:
    """Some values that a setting may have."""
    kind, low = setting["kind"], setting.get("minimum", 1)
    if kind == "number":
        yield from (v for v in (0.5, 0.25, 2.0, 0.03125, 0.0) if within(setting, v))
    elif kind == "thresholds":
        yield from (0.5, 0.25, 0.375)
    elif kind == "flag":
        yield from (True, False)
    elif kind in ("choice", "activation"):
        yield from setting["choices"]
    elif kind in _BY_KIND:
        found = _BY_KIND[kind](low)
        yield from (v for v in found if not _numbers(v) or min(_numbers(v)) >= low)
    else:
        raise AssertionError(f"give the kind {kind} some values in {__name__}")


_INNER = [
    {"class_name": name, "config": {"units": units}} for name in ("LSTM", "GRU") for units in (3, 2)
]
_BY_KIND: dict[str, Any] = {
    "integer": lambda low: (4, 2, 3, -2, 16),
    "extent": lambda low: (2, 3, 1),
    "pair": lambda low: ([2, 2], [1, 2], [2, 1], [0, 0], [1, 0]),
    "integers": lambda low: ([2, 1], [1, 2], [6], [3], [4, 6], [24], [-2, -1], [-1, 2], [0], [1]),
    "sides": lambda low: ([[1, 2], [0, 1]], [[0, 0], [0, 0]]),
    "numbers": lambda low: ([1.0, 0.5], [0.25, 0.5]),
    "seed": lambda low: (7, 8),
    "initializer": lambda low: (
        {"class": "RandomNormal", "config": {"stddev": 1.5, "seed": 3}},
        {"class": "Ones", "config": {}},
    ),
    "rate": lambda low: (
        0.5,
        {"class": "PolynomialDecay", "config": {"initial_learning_rate": 1.0, "decay_steps": 3}},
    ),
    "layer": lambda low: [
        {"class_name": "Dense", "config": {"units": 3}},
        {"class_name": "SimpleRNN", "config": {"units": 2, "go_backwards": True}},
        {"class_name": "GRU", "config": {"units": 3, "go_backwards": True}},
        *_INNER,
    ],
}


def _numbers(value: Any) -> list[int]:
    """The integers in a value of several, or the one that it is."""
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, int)]


def within(setting: Setting, value: float) -> bool:
    """Whether a number is within the limits of a setting."""
    return setting.get("minimum", value) <= value <= setting.get("maximum", value) and setting.get(
        "above", -np.inf
    ) < value < setting.get("below", np.inf)


def examples(family: str, name: str, beside: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Configurations of a class with all that it needs; `beside` is given too where it is known."""
    settings = registry()[family][name]
    needed = [setting for setting in settings.values() if setting["required"]]
    known = {key: value for key, value in beside.items() if key in settings}
    configs: list[dict[str, Any]] = [{}]
    for setting in needed:
        configs = [{**c, setting["name"]: v} for c in configs for v in values(setting)]
    for config in configs:
        yield {**config, **known}


def effect(family: str, name: str, config: Mapping[str, Any]) -> str:
    """All that can be seen of a class with these settings.

    Raises:
        ValueError: The engine refuses it.
    """
    item = {"class": name, "config": dict(config)}
    if family == "layers":
        return _effect_of_layer(item)
    if family == "initializers":
        return _trained(_dense(kernel_initializer=item))
    if family == "schedules":
        return _trained(_dense(), optimizer={"class": "SGD", "config": {"learning_rate": item}})
    return _trained(_dense(activation="softmax"), **{_ROLES[family]: item})


_ROLES = {"losses": "loss", "metrics": "metric", "optimizers": "optimizer"}


def _dense(**config: Any) -> list[Any]:
    return [_entry("Input", shape=[5]), _entry("Dense", units=3, **config)]


def _entry(name: str, **config: Any) -> dict[str, Any]:
    return {"class": name, "config": config}


def _effect_of_layer(item: dict[str, Any]) -> str:
    if item["class"] == "Input":
        return _trained([item, _entry("Flatten"), _entry("Dense", units=3)])
    refusals = []
    for shape in SHAPES:
        seen = []
        for stack in _stacks(item, len(shape)):
            try:
                seen.append(
                    _trained([_entry("Input", shape=shape), *stack, _entry("Dense", units=3)])
                )
            except ValueError as error:
                refusals.append(str(error))
        if seen:
            return repr(seen)
    raise ValueError("; ".join(dict.fromkeys(refusals)))


def _stacks(item: dict[str, Any], rank: int) -> Iterator[list[dict[str, Any]]]:
    """The layer among others: with a mask where there can be one, and with what goes by masks."""
    for before in ([_entry("Masking")], []) if rank == 2 else ([],):
        yield [*before, item, _entry("GlobalAveragePooling1D")]
        yield [*before, item, _entry("Flatten")]


def _trained(
    stack: list[Any],
    optimizer: Any = None,
    loss: Any = None,
    metric: Any = None,
) -> str:
    model = _core.Model(_architecture(stack), 1)
    facts = json.loads(model.describe())
    outputs = facts["outputs"][0]
    model.compile(
        json.dumps(
            {
                "losses": [loss or _entry("MeanSquaredError")],
                "loss_weights": [1.0],
                "metrics": [metric] if metric else [],
                "optimizer": optimizer or _entry("SGD", learning_rate=0.125),
            }
        )
    )
    rng = np.random.default_rng(3)
    count = 12
    x = rng.integers(0, 2, (count, *facts["inputs"][0])).astype(np.float32)
    if not any(entry["class"] == "Embedding" for entry in stack):
        x *= rng.uniform(-2, 2, x.shape).astype(np.float32)
    if x.ndim == 3:
        x[:, -2:] = 0
    y = rng.dirichlet(np.ones(outputs[-1]), (count, *outputs[:-1])).astype(np.float32)
    if metric:
        y = np.eye(outputs[-1], dtype=np.float32)[y.argmax(axis=-1)]
    seen: list[Any] = [
        facts["nodes"],
        facts["layers"],
        model.view(0, 0, (facts["parameter_storage"],), False).tolist(),
    ]
    for epoch in range(3):
        seen.append(model.train([x], [y], None, None, 4, False, 0, epoch, 0.0, None)[0])
    seen += [out.tolist() for out in model.predict([x], None, count, 0.0, None)]
    return repr(seen)


def _architecture(stack: list[Any]) -> str:
    return json.dumps(
        {
            "layers": [
                {**entry, "name": f"{entry['class']}_{index}"} for index, entry in enumerate(stack)
            ],
            "nodes": [
                {"layer": index, "inputs": [[index - 1, 0]] if index else []}
                for index in range(len(stack))
            ],
            "inputs": [[0, 0]],
            "outputs": [[len(stack) - 1, 0]],
        }
    )
