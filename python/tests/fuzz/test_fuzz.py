"""Hostile arguments for everything public: each call ends in a result or in an error that helps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fuzz.surface import all_targets

CALLS = int(os.environ.get("MARTLET_FUZZ_CALLS", "20000"))
SEED = int(os.environ.get("MARTLET_FUZZ_SEED", "1"))
PROCESSES = 2


def test_every_public_class_is_called():
    assert len({target.name for target in all_targets()}) > 150


@pytest.mark.timeout(3600)
def test_hostile_arguments_raise_errors_that_help_or_give_a_result(tmp_path):
    folders = [tmp_path / str(index) for index in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        reports = list(pool.map(_run, range(SEED, SEED + PROCESSES), folders))
    assert not [line for report in reports for line in report]


def _run(seed: int, folder: Path) -> list[str]:
    """Makes calls in a child process; returns what did not behave."""
    folder.mkdir()
    command = [sys.executable, "-m", "fuzz.run", str(seed), str(CALLS // PROCESSES), "", folder]
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    child = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    if child.returncode == 0:
        return []
    if child.returncode > 0:
        return child.stdout.splitlines() or [child.stderr[-2000:]]
    name = signal.Signals(-child.returncode).name
    call = (folder / "call").read_text(encoding="utf-8", errors="replace")
    return [*child.stdout.splitlines(), f"{name} in {call}", child.stderr[-2000:]]
