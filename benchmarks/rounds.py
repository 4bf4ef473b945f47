"""Runs the peers side by side: one process each, in turn, round after round.

All processes of a network are started and warmed up first. Then every round gives each of them one
turn, in an order that changes from round to round, while the others wait for their next line of
input. A machine that slows down for a minute slows all of them down alike, and ratios are taken
within a round.
"""

from __future__ import annotations

import json
import math
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any

MARTLET = "martlet_peer"
WORKER = Path(__file__).with_name("worker.py")
LIMIT_SECONDS = 120.0
LEAST_ROUNDS = 2
# OpenMP's threads spin for a moment after their work; the next peer starts when they sleep.
SETTLE_SECONDS = 0.25


@dataclass(frozen=True)
class Task:
    """What one process measures; the fields are what worker.py reads."""

    peer: str
    network: str
    batch_size: int
    threads: int
    steps: int
    data: str


@dataclass
class Result:
    """What one peer did with one network; times are seconds, one entry a round."""

    task: Task
    label: str
    version: str
    way: str
    inference_way: str
    latency_way: str
    parameters: int
    accuracy: float = float("nan")
    step: list[float] = field(default_factory=list)
    inference: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)

    @property
    def case(self) -> tuple[str, int]:
        """Results of one case are compared: the network and the batch size."""
        return self.task.network, self.task.batch_size

    @property
    def is_martlet(self) -> bool:
        return self.task.peer == MARTLET

    def typical(self, what: str) -> float:
        """Median over the rounds of "step", "inference" or "latency"."""
        return median(getattr(self, what))

    def best(self, what: str) -> float:
        return min(getattr(self, what))

    def ratio(self, what: str, other: Result) -> float:
        """How many times this takes as long as `other`: the median of the ratios of each round."""
        pairs = zip(getattr(self, what), getattr(other, what), strict=True)
        return median(mine / theirs for mine, theirs in pairs)


@dataclass(frozen=True)
class LeftOut:
    """A task that could not be measured, and why."""

    task: Task
    reason: str


class WorkerError(Exception):
    """A process ended or did not answer in time."""


class Worker:
    """A running worker.py and the line to it.

    Args:
        task: What it measures.
        python: The interpreter that has the peer.
        log: Where the libraries' own output goes.
        limit: How many seconds an answer may take.
    """

    def __init__(self, task: Task, python: str, log: IO[str], limit: float) -> None:
        self.limit = limit
        self.process = subprocess.Popen(
            [python, str(WORKER), json.dumps(asdict(task))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

    def read(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            WorkerError: The process ended, or took too long.
        """
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(self.limit):
                raise WorkerError(f"no answer within {self.limit:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise WorkerError(f"ended with status {self.process.wait()}; see the log")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        try:
            print(command, file=self.process.stdin, flush=True)
        except BrokenPipeError as error:
            raise WorkerError("ended between two turns; see the log") from error
        return self.read()

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def say(text: str) -> None:
    """Progress, beside the results and not among them."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Race:
    """The peers of one network at one batch size, measured together; a race is run once.

    Attributes:
        interpreter: Finds the interpreter that has a peer.
        log: Where the libraries' own output goes.
        limit: How many seconds a peer may take to warm up, or for a turn, before it is left out.
        budget: After how many seconds no further round is begun, once there are two.
    """

    interpreter: Callable[[str], str]
    log: IO[str]
    limit: float = LIMIT_SECONDS
    budget: float = math.inf
    results: list[Result] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    workers: dict[Task, Worker] = field(default_factory=dict)

    def run(self, tasks: Sequence[Task], rounds: int) -> None:
        """Measures the tasks; what was found is in `results` and `left_out`."""
        try:
            end = time.monotonic() + self.budget
            for task in tasks:
                self.start(task)
            for number in range(rounds):
                if number < LEAST_ROUNDS or time.monotonic() < end:
                    self.round(number, rounds)
            for result in list(self.results):
                self.guarded(result, "accuracy", lambda r, answer: vars(r).update(answer))
        finally:
            for worker in self.workers.values():
                worker.close()

    def start(self, task: Task) -> None:
        say(f"{task.network}, batch {task.batch_size}: {task.peer} warms up")
        python = self.interpreter(task.peer)
        worker = self.workers[task] = Worker(task, python, self.log, self.limit)
        try:
            facts = worker.read()
        except WorkerError as error:
            facts = {"left_out": str(error)}
        if "left_out" in facts:
            self.leave_out(task, facts["left_out"])
            return
        self.results.append(Result(task, **facts))

    def leave_out(self, task: Task, reason: str) -> None:
        self.left_out.append(LeftOut(task, reason))
        self.workers.pop(task).close()

    def round(self, number: int, rounds: int) -> None:
        shift = number % max(1, len(self.results))
        order = self.results[shift:] + self.results[:shift]
        for result in order[:: -1 if number % 2 else 1]:
            say(f"{result.task.network}: round {number + 1} of {rounds}, {result.label}")
            time.sleep(SETTLE_SECONDS)
            self.guarded(result, "turn", record)

    def guarded(
        self, result: Result, command: str, use: Callable[[Result, dict[str, Any]], object]
    ) -> None:
        """Asks a peer and uses its answer; one that fails is left out, and the others go on."""
        try:
            use(result, self.workers[result.task].ask(command))
        except WorkerError as error:
            self.results.remove(result)
            self.leave_out(result.task, str(error))


def record(result: Result, turn: dict[str, Any]) -> None:
    for what, time_taken in turn.items():
        getattr(result, what).append(time_taken)
