"""The package and the engine agree on every class and every setting."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

import pytest

from martlet import activations, initializers, optimizers
from martlet._config import plain
from martlet._settings import registry
from registry_support import (
    MODULES,
    NEEDED,
    SETTINGS,
    effect,
    example,
    examples,
    exported,
    own_arguments,
    values,
)

CLASSES = [(family, name) for family, classes in registry().items() for name in classes]

EQUAL = {
    ("RecallAtPrecision", "num_thresholds"): "so few samples have one threshold that is best",
    ("IoU", "num_classes"): "the output has so many",
    ("MeanIoU", "num_classes"): "the output has so many",
    ("OneHotIoU", "num_classes"): "the output has so many",
    ("OneHotMeanIoU", "num_classes"): "the output has so many",
    ("BatchNormalization", "axis"): "the last axis is the only one, by either of its numbers",
    ("Softmax", "axis"): "the last axis is the only one",
}
"""Settings of which all values mean the same, and why."""


BASES = {
    "layers": ["Layer"],
    "optimizers": ["Optimizer"],
    "schedules": ["LearningRateSchedule"],
    "losses": ["Loss"],
    "metrics": ["Metric"],
    "initializers": ["Initializer"],
}
"""Classes that no engine class stands behind."""

DEFAULTS = {("Input", "shape"): "the layer takes input_shape= as well"}
"""Settings that the engine needs and a constructor does not, and why."""


@pytest.mark.parametrize("family", MODULES)
def test_every_class_of_the_engine_is_exported(family):
    missing = set(registry()[family]) - set(exported(family))
    assert not missing, f"export {missing} from martlet.{family}, or take it out of the registry"


@pytest.mark.parametrize("family", MODULES)
def test_every_exported_class_is_the_engines(family):
    module = MODULES[family]
    classes = [item for item in map(vars(module).get, module.__all__) if isinstance(item, type)]
    foreign = [item.__name__ for item in classes if item.declared_class() is None]
    assert foreign == BASES[family], f"give {foreign} a line in the registry of martlet.{family}"


@pytest.mark.parametrize(("family", "name"), CLASSES)
def test_constructors_take_the_engines_settings(family, name):
    cls = exported(family)[name]
    declared = set(registry()[family][name])
    own = set(own_arguments(cls))
    assert own == declared, (
        f"{cls.__name__}: the constructor lacks {declared - own or 'nothing'} of the settings "
        f"in Swift, which lack {own - declared or 'nothing'} of its arguments. One that Python "
        "alone sees to is listed in the class's python_arguments."
    )


@pytest.mark.parametrize(("family", "name", "key"), SETTINGS)
def test_defaults_are_the_engines(family, name, key):
    setting = registry()[family][name][key]
    given = inspect.signature(exported(family)[name]).parameters[key].default
    if (name, key) in DEFAULTS:
        return
    assert (given is inspect.Parameter.empty) == setting["required"], f"{name}: {key} is needed"
    if not setting["required"] and not (given is None and setting["default"] is None):
        assert _as_engine(family, name, key, given) == setting["default"]


def _as_engine(family: str, name: str, key: str, given: Any) -> Any:
    setting = registry()[family][name][key]
    kind = setting["kind"]
    if kind == "only":
        return setting["default"] if given is None else given
    if kind == "activation":
        return activations.get(given).__name__
    if kind == "initializer":
        return initializers.get(given).to_engine()
    if kind == "rate":
        return given
    return _listed(plain(_made(family, name)._setting(key, given)), setting["default"])


def _listed(value: Any, like: Any) -> Any:
    return [value] if isinstance(like, list) and not isinstance(value, list) else value


def _made(family: str, name: str) -> Any:
    """An object of the class, not made by its constructor."""
    cls = exported(family)[name]
    return cls.__new__(cls)


LIMITED = [
    (family, name, key)
    for family, name, key in SETTINGS
    if registry()[family][name][key]["kind"] in ("integer", "number", "pair", "extent")
]


def _outside(setting: Any) -> list[Any]:
    """Values just beyond each limit of a setting."""
    step = 1 if setting["kind"] != "number" else 0.0625
    beyond = []
    if "minimum" in setting:
        beyond.append(setting["minimum"] - step)
    if "maximum" in setting:
        beyond.append(setting["maximum"] + step)
    beyond += [setting[key] for key in ("above", "below") if key in setting]
    if setting["kind"] == "number":
        beyond.append(1e39)
        beyond += [1e-40] * bool(setting.get("factor"))
    return beyond


@pytest.mark.parametrize(("family", "name", "key"), LIMITED)
def test_limits_are_the_same_in_python_and_in_the_engine(family, name, key):
    setting = registry()[family][name][key]
    for value in _outside(setting):
        with pytest.raises(ValueError, match=key):
            _made(family, name)._setting(key, value)
        config = next(examples(family, name, {}))
        with pytest.raises(ValueError, match=f"expected {key}"):
            effect(family, name, {**config, key: value})
    for value in values(setting):
        _made(family, name)._setting(key, value)


@pytest.mark.parametrize(("family", "name", "key"), SETTINGS)
def test_every_setting_does_something(family, name, key):
    setting = registry()[family][name][key]
    if setting["kind"] == "only" or (name, key) in EQUAL:
        return
    seen = _effects(family, name, setting)
    assert len(set(seen.values())) > 1, (
        f"{name}: whatever {key} is ({', '.join(seen)}), shapes, weights and numbers stay. "
        "Either the engine ignores it, or it needs something beside it (registry_support.NEEDED)."
    )


def _effects(family: str, name: str, setting: Any) -> dict[str, str]:
    """What is seen with some values of a setting that fit the same other settings."""
    key = setting["name"]
    best: dict[str, str] = {}
    for config in examples(family, name, NEEDED.get(key, {})):
        seen = {}
        for value in [*values(setting), *([None] if setting.get("optional") else [])]:
            with contextlib.suppress(ValueError):
                seen[repr(value)] = effect(family, name, {**config, key: value})
        if len(set(seen.values())) > 1:
            return seen
        best = max(best, seen, key=len)
    return best


@pytest.mark.parametrize(("family", "name"), CLASSES)
def test_a_setting_that_does_not_exist_is_refused(family, name):
    config = next(examples(family, name, {}))
    with pytest.raises(ValueError, match='unknown setting "sede"'):
        effect(family, name, {**config, "sede": 1})


def test_meanings_are_sentences():
    for family, name, key in SETTINGS:
        meaning = registry()[family][name][key]["meaning"]
        assert meaning[0].isupper(), (name, key)
        assert meaning.endswith("."), (name, key)


def test_a_forgotten_setting_is_seen(monkeypatch):
    """The walk itself: a constructor without one of the engine's settings, and one too many."""

    class Adam(optimizers.Adam):
        def __init__(self, learning_rate: float = 0.001, slope: float = 1.0) -> None:
            super().__init__(learning_rate)

    monkeypatch.setattr(optimizers, "Adam", Adam)
    with pytest.raises(AssertionError, match=r"beta_1.*slope"):
        test_constructors_take_the_engines_settings("optimizers", "Adam")


def test_examples_are_within_limits():
    for family, name, key in SETTINGS:
        setting = registry()[family][name][key]
        if setting["kind"] == "number":
            assert example(setting) is not None
