"""All instruction sets agree.

Each sums in an order of its own and rounds once or twice for a product, so that results differ by
some units in the last place of the largest terms: 1e-5 of the largest number is allowed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import martlet
from twins import cases
from twins.network import assert_close

TESTS = Path(__file__).parent.parent
SETS = ("avx512", "avx2", "baseline")


def results(name: str, folder: Path):
    path = folder / f"{name}.npz"
    environment = {
        **os.environ,
        "MARTLET_ISA": name,
        "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]),
    }
    command = [sys.executable, "-m", "twins.cases", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with np.load(path) as file:
        arrays = dict(file)
    return str(arrays.pop("instruction_set")), arrays


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return results(martlet.info()["instruction_set"], tmp_path_factory.mktemp("own"))[1]


@pytest.mark.parametrize("name", SETS)
def test_instruction_sets_agree(name, own, tmp_path):
    used, received = results(name, tmp_path)
    if used != name:
        pytest.skip(f"this processor has no {name}")
    assert received.keys() == own.keys()
    assert len(own) > 3 * len(cases.CONVOLUTIONS)
    assert_close(received, own, 1e-5)
