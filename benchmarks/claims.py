"""Martlet's other promises about size and speed, measured, a line each.

`python benchmarks/claims.py` checks all; name some to check only those: import size latency fit
memory growth compile threads. Ends with status 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

import digits
import networks
import peak
from machine import add_options, python_for
from rounds import Race, Result, Task

PROBES = Path(__file__).with_name("probes")
IMPORTS, ROUNDS = 10, 7
IMPORT_TIME = """
import time, numpy
start = time.perf_counter()
import martlet
print(time.perf_counter() - start)
"""
INSTALLED = """
import os, martlet, martlet._core
print(os.path.getsize(martlet._core.__file__), martlet.__path__[0])
"""


@dataclass(frozen=True)
class Finding:
    """What was measured, in words, and whether the promise holds: None when nothing could be."""

    text: str
    promise: str
    holds: bool | None


def output(python: str, code: str) -> str:
    """What an interpreter prints when it runs `code`."""
    return subprocess.check_output([python, "-c", code], text=True)


def probe(options: argparse.Namespace, name: str, *arguments: str) -> dict[str, float]:
    """Runs a program of the folder `probes` with Martlet's interpreter and reads its findings."""
    command = [options.python_martlet, str(PROBES / f"{name}.py"), *arguments]
    environment = os.environ | {"MARTLET_NUM_THREADS": str(options.threads)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    findings: dict[str, float] = json.loads(done.stdout)
    return findings


def import_time(options: argparse.Namespace) -> Finding:
    """Seconds that `import martlet` takes once NumPy is there."""
    times = [float(output(options.python_martlet, IMPORT_TIME)) for _ in range(IMPORTS)]
    typical = median(times)
    text = f"{typical * 1e3:.0f} ms beyond NumPy's own, median of {IMPORTS}"
    return Finding(f"{text}; best {min(times) * 1e3:.0f} ms", "< 60 ms", typical < 0.06)


def installed_size(options: argparse.Namespace) -> Finding:
    """Bytes of the extension module, which holds the engine, and of the Python files beside it."""
    extension, package = output(options.python_martlet, INSTALLED).split(maxsplit=1)
    python = sum(path.stat().st_size for path in Path(package.strip()).rglob("*.py"))
    engine = int(extension) / 1e6
    return Finding(f"{engine:.1f} MB, and {python / 1e6:.1f} MB of Python", "< 15 MB", engine < 15)


def latency(options: argparse.Namespace) -> Finding:
    """`predict` of one image against PyTorch's call."""
    compared = ("martlet_peer", "torch_eager")
    tasks = [Task(peer, "mlp", 64, options.threads, 20, "") for peer in compared]
    promise = "< 0.5× PyTorch"
    results = raced(options, tasks)
    if isinstance(results, str):
        return Finding(results, promise, None)
    martlet, torch = results
    ratio = martlet.ratio("latency", torch)
    times = [f"{result.typical('latency') * 1e6:.0f} µs" for result in results]
    return Finding(
        f"{times[0]}, PyTorch {times[1]}: {ratio:.2f} (network mlp)", promise, ratio < 0.5
    )


def fit_overhead(options: argparse.Namespace) -> Finding:
    """A whole `fit`, with a metric, a progress bar and its callbacks, against the engine alone."""
    found = probe(options, "fit_overhead")
    text = f"{found['fit']:.3f} s an epoch, the engine alone {found['engine']:.3f} s"
    ratio = found["ratio"]
    return Finding(f"{text}: {ratio:.3f} (network mlp)", "< 1.10×", ratio < 1.1)


def memory(options: argparse.Namespace) -> Finding:
    """The highest resident memory of `fit` beyond what the process held before it."""
    megabytes = probe(options, "memory")["growth"] / 1e6
    text = f"{megabytes:.0f} MB beyond 60,000 uint8 images in memory"
    return Finding(text, "< 50 MB", megabytes < 50)


def growth(options: argparse.Namespace) -> Finding:
    """Time per image as the data grows sixtyfold."""
    texts, worst = [], 0.0
    for network in ("mlp", "cnn"):
        found = probe(options, "growth", network)
        costs = ", ".join(f"{float(cost):.2f} for {int(rows):,}" for rows, cost in found.items())
        flat = max(found.values()) / min(found.values())
        texts.append(f"µs an image: {costs} images: {flat:.2f} (network {network})")
        worst = max(worst, flat)
    return Finding("; ".join(texts), "< 1.2×", worst < 1.2)


def compile_plan(options: argparse.Namespace) -> Finding:
    """How long the plan of a deep network takes to make, once for each size of batch."""
    found = probe(options, "compile_plan")
    text = f"{found['seconds'] * 1e3:.1f} ms for {found['steps']:.0f} steps"
    promise = "< 50 ms"
    return Finding(f"{text} (residual network of 50 layers)", promise, found["seconds"] < 0.05)


def threads(options: argparse.Namespace) -> Finding:
    """What more threads gain, as a share of what the machine's multiply-adds gain from them."""
    promise = "≥ 85% of the machine's gain"
    if options.threads == 1:
        return Finding("needs --threads of 2 or more", promise, None)
    steps = networks.named("cnn").steps
    tasks = [Task("martlet_peer", "cnn", 64, count, steps, "") for count in (1, options.threads)]
    results = raced(options, tasks)
    if isinstance(results, str):
        return Finding(results, promise, None)
    gain = results[0].ratio("step", results[1])
    limit = peak.measure(options.threads)
    possible = limit.all / limit.one
    share = gain / possible
    text = f"{options.threads} threads gain {gain:.2f}×, the machine {possible:.2f}×"
    return Finding(f"{text}: {share:.0%} (network cnn)", promise, share >= 0.85)


def raced(options: argparse.Namespace, tasks: Sequence[Task]) -> list[Result] | str:
    """The results of the tasks, run in turn, or why there are none."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as log:
        digits.write(Path(folder), real=False)
        race = Race(partial(python_for, options), log)
        race.run([replace(task, data=folder) for task in tasks], ROUNDS)
    if race.left_out:
        return f"not measured: {race.left_out[0].task.peer}: {race.left_out[0].reason}"
    return race.results


CLAIMS: dict[str, Callable[[argparse.Namespace], Finding]] = {
    "import": import_time,
    "size": installed_size,
    "latency": latency,
    "fit": fit_overhead,
    "memory": memory,
    "growth": growth,
    "compile": compile_plan,
    "threads": threads,
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("claims", nargs="*", help=", ".join(CLAIMS))
    add_options(options)
    chosen = options.parse_args()
    unknown = [name for name in chosen.claims if name not in CLAIMS]
    if unknown:
        options.error(f"expected claims out of {', '.join(CLAIMS)}; received {unknown[0]}")
    broken = False
    for name in chosen.claims or CLAIMS:
        finding = CLAIMS[name](chosen)
        verdict = {True: "holds", False: "BROKEN", None: "open"}[finding.holds]
        broken |= finding.holds is False
        print(f"{name:8} {verdict:6} {finding.text}; promised {finding.promise}", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
