"""The example does what it says."""

from __future__ import annotations

import runpy
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "sequence_addition.py"


def test_a_network_learns_to_carry(capsys):
    example = runpy.run_path(str(EXAMPLE))
    assert example["main"]() > 0.98
    line = capsys.readouterr().out.splitlines()[-2]
    question, answer = line.split(" = ")
    assert sum(map(int, question.split(" + "))) == int(answer)
