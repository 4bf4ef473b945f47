"""Runs the Swift tests, then the Python tests; ends with what failed and a line that counts all.

The Python tests run with the digits that are here, and then, on the other Pythons of this machine
(see `interpreters.py`), as on a machine that has no digits and no network.

Arguments are passed on to pytest: `python scripts/test.py -k core`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import interpreters
from interpreters import PreparationError

ROOT = Path(__file__).parent.parent


@dataclass
class Run:
    """One test program.

    Attributes:
        title: What it is called in messages.
        command: The program, with REPORT where the name of its report belongs.
        environment: The variables that it sees.
    """

    title: str
    command: list[str]
    environment: Mapping[str, str]

    def results(self) -> tuple[list[ElementTree.Element], bool]:
        """Runs the program.

        Returns:
            The test cases that it reported, and whether it failed without reporting a failed one:
            it did not build, or crashed.
        """
        print(f"\n{self.title}", flush=True)
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            command = [part.replace("REPORT", f"{folder}/report.xml") for part in self.command]
            print("$", *command, flush=True)
            ran = subprocess.run(command, cwd=ROOT, env=self.environment, check=False)
            cases = [
                case
                for report in Path(folder).glob("report*.xml")
                for case in ElementTree.parse(report).iter("testcase")
            ]
        print(f"{self.title}: {time.monotonic() - start:.0f} s", flush=True)
        failed = any(failure(case) is not None for case in cases)
        return cases, not cases or (ran.returncode != 0 and not failed)


def outcome(case: ElementTree.Element) -> str:
    """What became of one test case of a JUnit report."""
    if failure(case) is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def failure(case: ElementTree.Element) -> ElementTree.Element | None:
    """The first failure of a test case, or None."""
    return next((part for part in case if part.tag in ("failure", "error")), None)


def describe(title: str, case: ElementTree.Element) -> str:
    """The name of a failed test, and the first line of what it said."""
    cause = failure(case)
    message = (cause.get("message") or "") if cause is not None else ""
    name = f"{case.get('classname')}.{case.get('name')}"
    return f"failed: {title}: {name}: {message.partition(chr(10))[0]}"


def without_digits(cache: str) -> dict[str, str]:
    """The variables of a machine that has no digits, whose cache is empty and network is down."""
    kept = {key: value for key, value in os.environ.items() if key.lower() != "no_proxy"}
    kept.pop("MARTLET_DATA", None)
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    # What tries many random things has done so already.
    fewer = {"MARTLET_FUZZ_CALLS": "4000", "MARTLET_STRESS": "0.2"}
    return fewer | kept | {"MARTLET_CACHE": cache} | nowhere


def runs(
    arguments: list[str], cache: str, counts: Counter[str], problems: list[str]
) -> Iterator[Run]:
    """The test programs, one after the other; counts and notes what cannot be run."""
    pytest = ["-m", "pytest", "--junit-xml=REPORT", *arguments]
    swift = ["swift", "test", "--quiet", "--xunit-output", "REPORT"]
    yield Run("Swift", swift, os.environ)
    yield Run("Python, with the digits that are here", [sys.executable, *pytest], os.environ)
    others, missing = interpreters.chosen()
    for what in missing:
        counts["skipped"] += 1
        print(f"skipped: not on this machine: {what}", flush=True)
    if not others:
        title = "Python, without digits and network"
        yield Run(title, [sys.executable, *pytest], without_digits(cache))
    for other in others:
        try:
            python = other.prepare()
        except PreparationError as problem:
            counts["skipped"] += 1
            print(f"skipped: {problem}", flush=True)
        except subprocess.CalledProcessError as error:
            counts["failed"] += 1
            problems.append(f"failed: {other.title}: Martlet cannot be built: {error}")
        else:
            title = f"{other.title}, without digits and network"
            yield Run(title, [str(python), *pytest], without_digits(cache))


def main(arguments: list[str]) -> int:
    """Returns 0 when every test passed or was skipped, otherwise 1."""
    counts: Counter[str] = Counter()
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as cache:
        for run in runs(arguments, cache, counts, problems):
            cases, crashed = run.results()
            counts.update(map(outcome, cases))
            problems += [describe(run.title, case) for case in cases if failure(case) is not None]
            if crashed:
                counts["failed"] += 1
                problems.append(f"failed without a report: {run.title}")
    for problem in problems:
        print(problem)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
