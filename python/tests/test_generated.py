"""What is made from the code is up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["classes", "keras_names", "settings"])
def test_generated_files_are_up_to_date(name):
    script = loaded(name)
    place = script.DOCUMENT.relative_to(SCRIPTS.parent)
    remedy = f"{place} is out of date: run `make generate`"
    assert script.DOCUMENT.read_text(encoding="utf-8") == script.document(), remedy


def test_a_class_is_found_by_what_it_conforms_to():
    classes = loaded("classes")
    text = """
protocol Join: EngineLayer {
public struct Flip: EngineLayer {
struct Mix: Join {
private struct Hidden: EngineLayer {
struct FlipStep: Step {
"""
    assert classes._conforming(text, "EngineLayer") == ["Flip", "Mix"]
