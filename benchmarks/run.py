"""Martlet beside its peers: one run, one table. `--help` lists the options."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from itertools import product
from pathlib import Path

import digits
import peak
import peers
import picture
from machine import add_options, positive, python_for
from networks import NETWORKS, Network, named
from report import Report, counted
from rounds import Race, Task, say

USUAL_BATCH = 64


def comma_separated(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def sizes(text: str) -> list[int]:
    return [positive(part) for part in comma_separated(text)]


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    add = options.add_argument
    names = ",".join(network.name for network in NETWORKS)
    add("--networks", type=comma_separated, help=f"which of {names}; all when left out")
    add(
        "--peers",
        help="beginnings of names, such as torch,jax; 'martlet' for Martlet in all precisions",
    )
    add("--batch-sizes", type=sizes, default=[USUAL_BATCH], help="such as 1,17,64; 64")
    add("--steps", type=positive, help="training steps of a timed pass; the network's own number")
    add("--rounds", type=positive, default=5, help="how often each peer is measured at most; 5")
    add("--minutes", type=positive, default=14, help="with fewer rounds, if they take longer; 14")
    add("--limit", type=positive, default=120, help="seconds that one answer may take; 120")
    add("--made-up", action="store_true", help="draw the images instead of looking for MNIST")
    add("--json", type=Path, help="where to write every time measured")
    add("--plot", type=Path, action="append", default=[], help="a .png or .svg; may be repeated")
    add("--markdown", action="store_true", help="print the table as Markdown")
    add("--log", type=Path, help="where the libraries' own output goes; discarded when left out")
    add_options(options)
    return options


def steps_for(network: Network, batch_size: int, steps: int | None) -> int:
    """Steps of a pass: as many images as at the usual batch size, within reason and one epoch."""
    equal_images = network.steps * USUAL_BATCH // batch_size
    usual = max(10, min(equal_images, 4 * network.steps))
    return min(steps or usual, digits.TRAIN // batch_size)


def races(options: argparse.Namespace, folder: str, rivals: Sequence[str]) -> list[Race]:
    """Measures every network at every batch size; an interrupt keeps what was finished."""
    networks = map(named, options.networks or [network.name for network in NETWORKS])
    cases = list(product(networks, options.batch_sizes))
    end = time.monotonic() + 60 * options.minutes
    done = []
    with open(options.log or os.devnull, "w") as log:
        for number, (network, batch) in enumerate(cases):
            steps = steps_for(network, batch, options.steps)
            rest = (network.name, batch, options.threads, steps, folder)
            budget = (end - time.monotonic()) / (len(cases) - number)
            race = Race(partial(python_for, options), log, options.limit, budget)
            try:
                race.run([Task(peer, *rest) for peer in rivals], options.rounds)
            except KeyboardInterrupt:
                say(f"interrupted: {network.name} at batch {batch} and what follows is left out")
                break
            done.append(race)
    return done


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        rivals = peers.chosen(options.peers)
        for name in options.networks or ():
            named(name)
    except ValueError as error:
        parser().error(str(error))
    with tempfile.TemporaryDirectory(prefix="martlet-bench-") as folder:
        images = ["made-up"] if options.made_up else []
        command = [options.python_martlet, digits.__file__, folder, *images]
        source = subprocess.check_output(command, text=True).strip()
        limit = peak.measure(options.threads)
        done = races(options, folder, rivals)
    results = [result for race in done for result in race.results]
    left_out = [gap for race in done for gap in race.left_out]
    report = Report(results, left_out, limit, source)
    print(report.markdown() if options.markdown else report.text())
    save(options, report)
    return 0 if report.results else 1


def save(options: argparse.Namespace, report: Report) -> None:
    if options.json:
        options.json.write_text(json.dumps(asdict(report), indent=1) + "\n")
        say(f"written: {options.json}")
    if options.plot and report.results:
        title = (
            f"Milliseconds a training step on {counted(options.threads, 'thread')}, less is better "
            "(in brackets: times Martlet's)"
        )
        picture.draw(report.results, title, options.plot)
        say(f"written: {', '.join(map(str, options.plot))}")


if __name__ == "__main__":
    sys.exit(main())
