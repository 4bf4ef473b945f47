"""The document that says which of Keras's names Martlet has is true."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import martlet

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("keras_names", ROOT / "scripts/keras_names.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_new_name_makes_it_out_of_date(script, monkeypatch):
    before = script.document()
    monkeypatch.setattr(martlet.layers, "__all__", [*martlet.layers.__all__, "Lambda"])
    after = script.document()
    assert not script.has("layers", "Attention")
    assert script.has("layers", "Lambda")
    assert after != before


def test_keras_names_are_noted(script):
    version, names = script.read()
    assert version.startswith("Keras 3.")
    assert list(names) == list(script.MODULES)
    assert {"Dense", "Lambda", "LSTM"} <= set(names["layers"])
