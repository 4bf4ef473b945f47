"""A clone that was copied or moved together with what was built in it."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "scripts" / "engine.py"


@pytest.fixture(scope="module")
def engine():
    spec = importlib.util.spec_from_file_location("engine", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path) -> Path:
    """A clone in which SwiftPM has built something."""
    root = tmp_path / "clone"
    (root / ".build").mkdir(parents=True)
    (root / ".build" / "release.yaml").write_text(f'inputs: ["{root}/Package.swift"]')
    (root / ".build" / "module.o").write_text("built")
    return root


def test_what_was_built_here_is_kept(engine, clone):
    for _ in range(2):
        engine.start_afresh_if_moved(clone)
        assert (clone / ".build" / "module.o").exists()


def test_a_first_build_starts_without_a_word(engine, tmp_path, capsys):
    engine.start_afresh_if_moved(tmp_path)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("built_by_make", [True, False], ids=["make", "swift build"])
def test_a_copied_clone_is_built_anew(engine, clone, tmp_path, capsys, built_by_make):
    if built_by_make:
        engine.start_afresh_if_moved(clone)
    copy = tmp_path / "copy"
    shutil.copytree(clone, copy)
    engine.start_afresh_if_moved(copy)
    assert not (copy / ".build" / "module.o").exists()
    assert "copied or moved" in capsys.readouterr().out
    (copy / ".build" / "module.o").write_text("built")
    engine.start_afresh_if_moved(copy)
    assert (copy / ".build" / "module.o").exists()
    assert (clone / ".build" / "module.o").exists()


def test_a_moved_clone_is_built_anew_even_after_a_vain_swift_build(engine, clone, tmp_path):
    engine.start_afresh_if_moved(clone)
    moved = clone.rename(tmp_path / "moved")
    (moved / ".build" / "release.yaml").write_text(f'inputs: ["{moved}/Package.swift"]')
    engine.start_afresh_if_moved(moved)
    assert not (moved / ".build" / "module.o").exists()
