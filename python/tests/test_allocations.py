"""A step takes nothing from the heap, in the engine as it is shipped.

The same counter as in the engine's own tests, Tests/CAllocationCount, is loaded before the C
library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "Tests" / "CAllocationCount"

SCRIPT = """
import ctypes
import sys

import numpy as np

import core_support
from martlet import _core

counter = ctypes.CDLL(None).martlet_allocation_count
counter.restype = ctypes.c_int64
_core.set_num_threads(int(sys.argv[1]))
architecture = core_support.architecture(*core_support.classifier_layers(500), shape=(200,))
model = _core.Model(architecture, 1)
model.compile(core_support.CONFIGURATION)
x = np.ones((6400, 200), np.float32)
y = np.zeros(6400, np.int64)


def allocations(samples):
    before = counter()
    core_support.train(model, x[:samples], y[:samples], batch_size=64, shuffle=True)
    return counter() - before


allocations(640)
# The least of several, and fewer than one for each batch more: on a busy machine a run takes so
# long that its caller is asked a few times whether to go on, which takes memory.
few, many = (min(allocations(samples) for _ in range(20)) for samples in (320, 1600))
assert few > 0, "the counter does not count"
assert many - few < 20, f"5 batches took {few} pieces of memory, 25 took {many}"
"""


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that counts, compiled with the compiler that built the extension module."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("needs glibc and a C compiler")
    library = tmp_path_factory.mktemp("counter") / "libcount.so"
    source = SOURCES / "allocation_count.c"
    command = [compiler, "-shared", "-fPIC", "-O1", f"-I{SOURCES / 'include'}", str(source)]
    subprocess.run([*command, "-o", str(library)], check=True)
    return library


@pytest.mark.parametrize("threads", [1, 2])
def test_a_step_of_training_allocates_nothing(counter: Path, threads: int) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(threads)],
        env={**os.environ, "LD_PRELOAD": str(counter), "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
