"""The other Pythons on this machine that the tests run on, each in an environment of its own.

Besides the one that runs this: the system's, where it has a NumPy of its own (Debian's python3 with
python3-numpy), the oldest that Martlet supports, and the newest at hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolchain import OLDEST_PYTHON

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / ".venv-tests"
SYSTEM_PYTHON = "/usr/bin/python3"
_PROBE = """
import importlib.util, json, pathlib, sys, sysconfig
numpy = importlib.util.find_spec("numpy") and __import__("numpy").__version__
header = pathlib.Path(sysconfig.get_paths()["include"], "Python.h")
usable = header.exists() and importlib.util.find_spec("ensurepip") is not None
print(json.dumps([sys.version_info[:3], numpy, usable]))
"""


@dataclass(frozen=True)
class Interpreter:
    """One Python.

    Attributes:
        path: Its program.
        version: Such as (3, 11, 2).
        numpy: The version of the NumPy that it brings and that the tests are to use, or None for
            the newest.
    """

    path: str
    version: tuple[int, ...]
    numpy: str | None = None

    @property
    def title(self) -> str:
        """What messages call it."""
        version = ".".join(map(str, self.version))
        return f"Python {version}" + (f" with its own NumPy {self.numpy}" if self.numpy else "")

    def prepare(self) -> Path:
        """Makes an environment, builds Martlet into it as a user would, and adds the tests' needs.

        Returns:
            The environment's Python.

        Raises:
            PreparationError: A package cannot be had.
            CalledProcessError: Martlet cannot be built for this Python.
        """
        folder = ENVIRONMENTS / ".".join(map(str, self.version)) / ("own" if self.numpy else "new")
        python = folder / "bin" / "python"
        constraints = folder / "constraints.txt"
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        try:
            if not constraints.exists():
                options = ["--system-site-packages"] if self.numpy else []
                _run(self.path, "-m", "venv", "--clear", *options, folder)
                constraints.write_text(self._constraints())
            _run(*pip, "-c", constraints, "setuptools>=77", "packaging>=24.2", "numpy>=1.24")
        except subprocess.CalledProcessError as error:
            raise PreparationError(f"{self.title} cannot be prepared ({error})") from error
        # What an older build left would be installed too.
        shutil.rmtree(ROOT / "build", ignore_errors=True)
        _run(*pip, "--no-build-isolation", "--no-deps", "--force-reinstall", ROOT)
        try:
            _run(*pip, "-c", constraints, "martlet[test]")
        except subprocess.CalledProcessError as error:
            raise PreparationError(f"{self.title} lacks what the tests need ({error})") from error
        return python

    def _constraints(self) -> str:
        # Newer ones need a newer Matplotlib than a system with such a NumPy has.
        return f"numpy=={self.numpy}\nmatplotlib-inline<0.2\n" if self.numpy else ""


class PreparationError(Exception):
    """Packages that an environment needs cannot be had."""


def chosen() -> tuple[list[Interpreter], list[str]]:
    """The other interpreters to test on, and one line for each that is wanted and not here."""
    found = sorted(_found(), key=lambda item: item.version)
    missing = []
    system = [item for item in found if item.path == SYSTEM_PYTHON and item.numpy]
    if not system:
        missing.append(f"{SYSTEM_PYTHON} with a NumPy of its own (python3-numpy, python3-dev)")
    plain = [Interpreter(item.path, item.version) for item in found]
    here = sys.version_info[:2]
    oldest = [item for item in plain if item.version[:2] == OLDEST_PYTHON][-1:]
    if not oldest and here != OLDEST_PYTHON:
        missing.append(f"Python {'.'.join(map(str, OLDEST_PYTHON))}, the oldest supported")
    newest = [item for item in plain[-1:] if item.version[:2] > here]
    others = [item for item in [*oldest, *newest] if item.version[:2] != here]
    return [*system, *others], missing


def _found() -> Iterator[Interpreter]:
    """All usable interpreters in the usual places, each once."""
    places = [SYSTEM_PYTHON]
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        places += [str(path) for path in Path(folder or ".").glob("python3.[1-9][0-9]")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for root in (pyenv / "versions", Path.home() / ".local/share/uv/python"):
        places += [str(path) for path in root.glob("*/bin/python3")]
    seen = set()
    for place in places:
        real = os.path.realpath(place)
        if real not in seen and (interpreter := _probe(place)) is not None:
            seen.add(real)
            yield interpreter


def _probe(place: str) -> Interpreter | None:
    command = [place, "-I", "-c", _PROBE]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        version, numpy, usable = json.loads(said.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if not usable or tuple(version[:2]) < OLDEST_PYTHON:
        return None
    return Interpreter(place, tuple(version), numpy)


def _run(*command: str | Path) -> None:
    subprocess.run(list(map(str, command)), check=True)
