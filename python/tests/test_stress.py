"""Threads and forks at random moments, in processes of their own: a crash is a failed test.

`MARTLET_STRESS=10` goes on for ten times as long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from martlet._settings import registry

STRESS = float(os.environ.get("MARTLET_STRESS", "1"))
PROGRAMS = Path(__file__).parent / "stress"


def run(program: str, scene: str, count: int) -> None:
    """Runs a scene; fails with what it said, or with the name of the signal that ended it."""
    command = [sys.executable, str(PROGRAMS / program), scene, str(round(count * STRESS)), "1"]
    limit = 120 * max(1.0, STRESS)
    options = ["-X", "faulthandler", "-W", "ignore::DeprecationWarning"]
    command[1:1] = options
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        pytest.fail(f"{scene} died of {name}:\n{done.stderr[-4000:]}")
    assert done.returncode == 0, f"{scene}:\n{done.stderr[-4000:]}"


@pytest.mark.timeout(600 * max(1.0, STRESS))
@pytest.mark.parametrize(
    ("scene", "forks"),
    [("fit", 60), ("fit_with_callback", 60), ("build", 40), ("from_callback", 40), ("profile", 5)],
)
def test_a_fork_beside_a_thread_that_works_gives_a_child_that_can(scene: str, forks: int) -> None:
    run("forks.py", scene, forks)


@pytest.mark.timeout(600 * max(1.0, STRESS))
@pytest.mark.parametrize(
    ("scene", "rounds"),
    [("build", 1000), ("use", 1000), ("first_use", 400), ("share", 400), ("train_shared", 400)],
)
def test_eight_threads_at_once_do_as_they_would_alone(scene: str, rounds: int) -> None:
    run("threads.py", scene, rounds)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("layer", registry()["layers"])
def test_no_number_in_a_layer_ends_the_process(layer: str) -> None:
    run("limits.py", layer, 0)
