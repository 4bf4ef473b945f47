"""What a build needs from the machine, looked for before any long step.

`setup.py` calls `require()`; `make` runs this file, which also installs what it may:

    python scripts/toolchain.py [--install]
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

OLDEST_SWIFT = (6, 2)
OLDEST_PYTHON = (3, 10)
SWIFT_LIBRARIES = ("libcurl4", "libncurses6", "libsqlite3-0", "libxml2")
INSTALL_SWIFT = (
    "curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz && "
    "tar zxf swiftly-$(uname -m).tar.gz && ./swiftly init"
)


@dataclass(frozen=True)
class Need:
    """One thing that a build uses.

    Attributes:
        name: What it is called in messages.
        problem: Returns what is wrong with it, or an empty string.
        packages: The Debian packages that bring it; empty where another remedy is given.
        remedy: What to do where no Debian package brings it.
        required: Whether nothing works without it; tests that look for more than that are skipped.
    """

    name: str
    problem: Callable[[], str]
    packages: tuple[str, ...] = ()
    remedy: str = ""
    required: bool = True


def swift_version() -> tuple[int, int] | None:
    """The (major, minor) version of the `swift` on PATH, or None when there is none that starts."""
    if shutil.which("swift") is None:
        return None
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"Swift version (\d+)\.(\d+)", said.stdout + said.stderr)
    return (int(match[1]), int(match[2])) if match else None


def swift_clang() -> str | None:
    """The C compiler that comes with the Swift toolchain, or None when there is no toolchain."""
    swiftc = shutil.which("swiftc")
    if swiftc is None:
        return None
    beside = Path(swiftc).resolve().with_name("clang")
    return str(beside) if beside.exists() else shutil.which("clang")


def _swift_problem() -> str:
    wanted = ".".join(map(str, OLDEST_SWIFT))
    if shutil.which("swift") is None:
        return f"expected Swift {wanted} or newer on PATH, found none"
    version = swift_version()
    if version is not None and version < OLDEST_SWIFT:
        return f"expected Swift {wanted} or newer, found {version[0]}.{version[1]}"
    return ""


def _swift_libraries_problem() -> str:
    """A toolchain that was unpacked by hand may lack libraries of the system."""
    if shutil.which("swift") is None:
        return ""
    said = subprocess.run(["swift", "package", "--version"], capture_output=True, text=True)
    lines = [line for line in said.stderr.splitlines() if line.strip()]
    return "" if said.returncode == 0 else f"Swift does not start ({lines[-1] if lines else '?'})"


def _header_problem(header: str, language: str = "c") -> str:
    clang = swift_clang()
    if clang is None:
        return ""  # The missing toolchain is a problem of its own; one message is enough.
    command = [clang, "-x", language, "-E", "-include", header, os.devnull]
    found = subprocess.run(command, capture_output=True, check=False).returncode == 0
    return "" if found else f"the header {header} was not found"


def _python_header_problem() -> str:
    header = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return "" if header.exists() else f"{header} was not found"


def _python_headers() -> tuple[tuple[str, ...], str]:
    """(Debian packages, other remedy): packages exist only for the system's own Python."""
    if Path(sys.base_prefix) == Path("/usr"):
        return (f"python{sys.version_info.major}.{sys.version_info.minor}-dev",), ""
    return (), f"Reinstall the Python in {sys.base_prefix} with its C headers."


def _venv_problem() -> str:
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return "this Python cannot create virtual environments"
    return ""


def _git_problem() -> str:
    return "" if shutil.which("git") else "it fetches Swift packages, and is not on PATH"


def _objdump_problem() -> str:
    return "" if shutil.which("objdump") else "a test of the compiled kernels reads its output"


def build_needs() -> list[Need]:
    """What `pip install .` uses."""
    packages, remedy = _python_headers()
    return [
        Need("Swift", _swift_problem, remedy=INSTALL_SWIFT),
        Need("Swift's libraries", _swift_libraries_problem, SWIFT_LIBRARIES),
        Need("C library headers", lambda: _header_problem("stdlib.h"), ("libc6-dev",)),
        Need("C++ library", lambda: _header_problem("vector", "c++"), ("build-essential",)),
        Need("zlib headers", lambda: _header_problem("zlib.h"), ("zlib1g-dev",)),
        Need("OpenBLAS headers", lambda: _header_problem("cblas.h"), ("libopenblas-dev",)),
        Need("Python headers", _python_header_problem, packages, remedy),
        Need("git", _git_problem, ("git",)),
    ]


def make_needs() -> list[Need]:
    """What `make` uses: a virtual environment besides, and a look at the compiled code."""
    venv = Need("venv", _venv_problem, ("python3-venv",), "Use a Python that has ensurepip.")
    objdump = Need("objdump", _objdump_problem, ("binutils",), required=False)
    return [*build_needs(), venv, objdump]


def missing(needs: Iterable[Need]) -> list[tuple[Need, str]]:
    """The needs that are not met, each with what is wrong."""
    return [(need, problem) for need in needs if (problem := need.problem())]


def remedy(need: Need) -> str:
    """The line to run."""
    if need.packages and (shutil.which("apt-get") or not need.remedy):
        return f"{'sudo ' * bool(os.geteuid())}apt-get install -y {shlex.join(need.packages)}"
    return need.remedy


def explain(problems: Iterable[tuple[Need, str]]) -> str:
    """One paragraph a problem: what it is, and the line that mends it."""
    return "\n".join(f"{need.name}: {problem}.\n    {remedy(need)}" for need, problem in problems)


def require() -> None:
    """Ends the program with every missing thing and its remedy, before the build starts.

    Raises:
        SystemExit: When something that a build cannot do without is missing.
    """
    if sys.platform != "linux":
        raise SystemExit(
            f"Martlet builds on Linux; this is {sys.platform}. Use a container or WSL."
        )
    if problems := missing(build_needs()):
        raise SystemExit(f"Martlet cannot be built yet.\n{explain(problems)}")


def _administrator() -> list[str] | None:
    """The prefix that runs a command as root without asking, or None where there is none."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    sudo = ["sudo", "-n"]
    return sudo if subprocess.run([*sudo, "true"], capture_output=True).returncode == 0 else None


def install(problems: Iterable[tuple[Need, str]]) -> None:
    """Installs the Debian packages of the unmet needs, where this user may."""
    packages = sorted({package for need, _ in problems for package in need.packages})
    prefix = _administrator()
    if not packages or prefix is None or shutil.which("apt-get") is None:
        return
    print(f"Installing {' '.join(packages)}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], check=False)
    subprocess.run([*apt, "install", "-y", *packages], check=False, stdout=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    """Checks, installs on `--install`, and tells what is still missing.

    Returns:
        1 when something needed is missing, 0 otherwise.
    """
    needs = make_needs()
    problems = missing(needs)
    if problems and "--install" in arguments:
        install(problems)
        problems = missing(needs)
    problems = [(need, problem) for need, problem in problems if need.required]
    if problems:
        print(explain(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
