"""Runs the Swift tests, then the Python tests; ends with what failed and a line that counts both.

Arguments are passed on to pytest: `python scripts/test.py -k core`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent


def outcome(case: ElementTree.Element) -> str:
    """What became of one test case of a JUnit report."""
    if failure(case) is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def failure(case: ElementTree.Element) -> ElementTree.Element | None:
    """The first failure of a test case, or None."""
    return next((part for part in case if part.tag in ("failure", "error")), None)


def run(command: list[str], reports: Path, pattern: str) -> tuple[list[ElementTree.Element], bool]:
    """Runs a test program.

    Returns the test cases of the reports that it wrote, and whether it failed without reporting
    a failed one: it did not build, or crashed.
    """
    print("$", *command, flush=True)
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    cases = [
        case
        for report in reports.glob(pattern)
        for case in ElementTree.parse(report).iter("testcase")
    ]
    failed = any(failure(case) is not None for case in cases)
    return cases, not cases or (status != 0 and not failed)


def describe(case: ElementTree.Element) -> str:
    """The name of a failed test, and the first line of what it said."""
    cause = failure(case)
    message = (cause.get("message") or "") if cause is not None else ""
    return f"failed: {case.get('classname')}.{case.get('name')}: {message.partition(chr(10))[0]}"


def main(arguments: list[str]) -> int:
    """Returns 0 when every test passed or was skipped, otherwise 1."""
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        swift = ["swift", "test", "--quiet", "--xunit-output", str(reports / "swift.xml")]
        python = [sys.executable, "-m", "pytest", f"--junit-xml={reports}/python.xml", *arguments]
        runs = [run(swift, reports, "swift*.xml"), run(python, reports, "python.xml")]
    cases = [case for part, _ in runs for case in part]
    counts = Counter(outcome(case) for case in cases)
    for case in cases:
        if failure(case) is not None:
            print(describe(case))
    for (_, crashed), program in zip(runs, (swift, python), strict=True):
        if crashed:
            counts["failed"] += 1
            print("failed without a report:", *program[:3])
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
