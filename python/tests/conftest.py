"""Models and data that several test files share."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core_support
import martlet
from core_support import CLASSES, CONFIGURATION, FEATURES, Builder, architecture, classifier_layers
from martlet import _core


@pytest.fixture(autouse=True, scope="session")
def _interrupts() -> None:
    """Ctrl-C raises, also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _seed() -> None:
    """The same random numbers in every run: a test that passes goes on passing."""
    martlet.utils.set_random_seed(0)


@pytest.fixture
def new_core() -> Builder:
    """Builds and compiles a small classifier: `new_core(units=8, seed=1, shape=(12,))`."""

    def build(units: int = 8, seed: int = 1, shape: tuple[int, ...] = (FEATURES,)) -> _core.Model:
        model = _core.Model(architecture(*classifier_layers(units), shape=shape), seed)
        model.compile(CONFIGURATION)
        return model

    return build


@pytest.fixture
def core(new_core: Builder) -> _core.Model:
    """A compiled classifier of 12 features into 3 classes."""
    return new_core()


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """(x, y): 200 float32 samples of 12 features, and labels that can be learnt from them."""
    generator = np.random.default_rng(7)
    x = generator.normal(size=(200, FEATURES)).astype(np.float32)
    return x, x[:, :CLASSES].argmax(axis=1)


@pytest.fixture(name="train")
def train_fixture() -> Callable[..., Any]:
    return core_support.train


@pytest.fixture
def parameters() -> Callable[[_core.Model], np.ndarray]:
    """A copy of a model's flat parameter buffer."""

    def copy(model: _core.Model) -> np.ndarray:
        count = json.loads(model.describe())["parameter_storage"]
        return model.view(0, 0, (count,), False).copy()

    return copy
