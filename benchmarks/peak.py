"""The machine's float32 limit, measured: what a share of peak is a share of.

With a C compiler, fused multiply-adds that stay in registers (peak.c); without one, a large NumPy
matrix product, which comes near. `python peak.py` prints the figures for one thread and for all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from machine import core_count

SOURCE = Path(__file__).with_name("peak.c")
FLAGS = ("-O3", "-ffp-contract=fast", "-pthread")
# Compilers use half of a 512-bit unit unless told otherwise; the last line is for other processors.
TARGETS = (("-march=native", "-mprefer-vector-width=512"), ("-march=native",), ("-mcpu=native",))
REPEATS = 10

PRODUCT = """
import sys, time, numpy
a = numpy.ones((1536, 1536), numpy.float32)
a @ a
start = time.perf_counter()
a @ a
print(2 * 1536**3 / (time.perf_counter() - start) / 1e9)
"""


@dataclass(frozen=True)
class Peak:
    """Best GFLOP/s seen on one thread and on `threads`, and how they were measured."""

    one: float
    all: float
    threads: int
    method: str


def measure(threads: int, repeats: int = REPEATS) -> Peak:
    """Runs the probe on one thread and on `threads`, and keeps the best of `repeats` runs each."""
    with tempfile.TemporaryDirectory() as folder:
        program = compiled(Path(folder))
        if program:
            command, method = [str(program)], "fused multiply-adds in registers"
        else:
            command, method = [sys.executable, "-c", PRODUCT], "a large NumPy product"
        best = {n: max(run(command, n) for _ in range(repeats)) for n in {1, threads}}
    return Peak(best[1], max(best.values()), threads, method)


def compiled(folder: Path) -> Path | None:
    """The probe as a program in `folder`, or None where no compiler can make it."""
    program = folder / "peak"
    compilers = [found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))]
    for compiler in compilers:
        for target in TARGETS:
            command = [compiler, *FLAGS, *target, str(SOURCE), "-o", str(program)]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return program
    return None


def run(command: list[str], threads: int) -> float:
    variables = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(variables, str(threads))
    done = subprocess.run(
        [*command, str(threads)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    peak = measure(core_count())
    print(f"{peak.one:.0f} GFLOP/s on 1 thread, {peak.all:.0f} on {peak.threads} ({peak.method})")
