"""Earlier versions' pickles, and who may call the engine."""

from __future__ import annotations

import inspect
from pathlib import Path

import martlet
from martlet.models.persistence import restored

PACKAGE = Path(inspect.getfile(martlet)).parent
RUNS = (".train(", ".evaluate(", ".predict(", ".gradients(", ".profile(", ".update(")


def test_pickles_of_earlier_versions_find_what_restores_them():
    model = martlet.Sequential([martlet.layers.Dense(2, input_shape=(3,))])
    assert model.__reduce__()[0] is restored


def test_the_built_model_alone_calls_the_engine_for_runs():
    callers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any("_core" + run in path.read_text(encoding="utf-8") for run in RUNS)
    }
    assert callers == {"models/built_model.py"}
