"""Runs the Swift tests, then the Python tests, and ends with one line that counts both.

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
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def tally(command: list[str], reports: Path, pattern: str) -> Counter[str]:
    """Runs a test program and counts the cases in the reports that it wrote.

    A program that fails without reporting a failed case did not build, or crashed: one failure.
    """
    print("$", *command, flush=True)
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    counts = Counter(
        outcome(case)
        for report in reports.glob(pattern)
        for case in ElementTree.parse(report).iter("testcase")
    )
    if (status != 0 and not counts["failed"]) or not counts:
        counts["failed"] += 1
    return counts


def main(arguments: list[str]) -> int:
    """Returns 0 when every test passed or was skipped, otherwise 1."""
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        swift = ["swift", "test", "--quiet", "--xunit-output", str(reports / "swift.xml")]
        python = [sys.executable, "-m", "pytest", f"--junit-xml={reports}/python.xml", *arguments]
        counts = tally(swift, reports, "swift*.xml") + tally(python, reports, "python.xml")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
