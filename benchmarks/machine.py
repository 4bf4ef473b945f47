"""Where things are on this machine: cores, and the interpreters of the project's environments."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def interpreter(folder: str) -> str:
    """The interpreter of one of the project's environments, or else the one that runs this."""
    python = ROOT / folder / "bin" / "python"
    return str(python) if python.exists() else sys.executable


def runnable(text: str) -> str:
    """Checks an interpreter given as an option."""
    if not shutil.which(text):
        raise argparse.ArgumentTypeError(f"expected a Python interpreter, received {text}")
    return text


def positive(text: str) -> int:
    """Reads an option that counts something."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a positive number, received {text}")
    return number


def add_options(options: argparse.ArgumentParser) -> None:
    """Adds the options that every program of the benchmark has."""
    martlet, rivals = interpreter(".venv"), interpreter(".venv-peers")
    add = options.add_argument
    add("--threads", type=positive, default=core_count(), help="threads for everyone; all cores")
    add("--python-martlet", type=runnable, default=martlet, help=f"has Martlet; {martlet}")
    add("--python-peers", type=runnable, default=rivals, help=f"has the peers; {rivals}")


def python_for(options: argparse.Namespace, peer: str) -> str:
    """The interpreter that runs a peer."""
    chosen: str = options.python_martlet if peer.startswith("martlet") else options.python_peers
    return chosen
