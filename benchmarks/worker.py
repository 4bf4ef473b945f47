"""One peer with one network in one process: `python worker.py JSON`, told what to do line by line.

The parent (rounds.py) writes a command a line to standard input ("turn", "accuracy") and reads
a JSON object a line from what was standard output; the libraries' own prints go to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

TRIAL_SECONDS = 0.3
CLOSE, REPEATS, REPEATABLE_SECONDS = 1.5, 2, 3.0
# How long ways of training, of predicting many images and of predicting one are tried.
TRAINING_SECONDS, INFERENCE_SECONDS, SINGLE_SECONDS = 25.0, 8.0, 4.0
LATENCY_SECONDS = 0.1
# A pass as long as that needs no other one before it to be warm.
LONG_SECONDS = 0.3
LEARNING_STEPS = 150
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MARTLET_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)


def limit_threads(threads: int) -> None:
    """Binds the process to as many cores, before any library counts them."""
    for name in THREAD_VARIABLES:
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def seconds_each(call: Callable[[], object], budget: float) -> float:
    """Seconds of one call, as the mean over as many as fit into `budget` seconds."""
    calls, start = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        passed = time.perf_counter() - start
        if passed > budget:
            return passed / calls


def quickest(ways: Mapping[str, Callable[[], object]], budget: float) -> str:
    """The name of the quickest call: they are warmed up and timed, close ones repeatedly.

    After `budget` seconds no further one is begun; the first ones are the most promising.
    """
    end = time.perf_counter() + budget
    best: dict[str, float] = {}
    for name, call in ways.items():
        if not best or time.perf_counter() < end:
            call()
            best[name] = seconds_each(call, TRIAL_SECONDS)
    least = min(best.values())
    close = [name for name, time in best.items() if time < CLOSE * least]
    for _ in range(REPEATS if len(close) > 1 and least < REPEATABLE_SECONDS else 0):
        for name in close:
            best[name] = min(best[name], seconds_each(ways[name], TRIAL_SECONDS))
    return min(best, key=lambda name: best[name])


class Measurement:
    """A peer's model in its quickest way, warm and ready to be timed."""

    def __init__(self, task: dict[str, Any]) -> None:
        import digits
        import networks

        network = networks.named(task["network"])
        peer_class = importlib.import_module(f"peers.{task['peer']}").Peer
        self.rows = task["steps"] * task["batch_size"]
        self.steps = task["steps"]
        self.warm_up_rows = max(2, self.steps // 10) * task["batch_size"]
        data = digits.load(Path(task["data"]), self.rows, network.input_shape)
        rest = (network, data, task["batch_size"], task["threads"])
        ways = {way: peer_class(way, *rest) for way in peer_class.ways(network)}
        self.way = quickest(
            {way: lambda peer=peer: peer.train(self.rows) for way, peer in ways.items()},
            TRAINING_SECONDS,
        )
        self.peer = ways[self.way]
        self.trained = 2 * self.steps
        self.peer.train(self.warm_up_rows)
        self.digits = data
        self.label, self.version = self.peer.label, self.peer.version()
        self.many, self.many_way = self.predictor(data.x_test, INFERENCE_SECONDS)
        self.one, self.one_way = self.predictor(data.x_test[:1], SINGLE_SECONDS)
        self.many_seconds = 0.0

    def predictor(self, images: Any, budget: float) -> tuple[Callable[[], object], str]:
        ways = self.peer.predictors(images)
        name = quickest(ways, budget)
        return ways[name], name

    def facts(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "version": self.version,
            "way": self.way,
            "inference_way": self.many_way,
            "latency_way": self.one_way,
            "parameters": self.peer.parameter_count(),
        }

    def turn(self) -> dict[str, float]:
        """Seconds of a training step, of 10,000 predictions and of one, after a short warm-up."""
        self.peer.train(self.warm_up_rows)
        step = seconds(lambda: self.peer.train(self.rows)) / self.steps
        self.trained += self.steps
        self.one()
        one = seconds_each(self.one, LATENCY_SECONDS)
        if self.many_seconds < LONG_SECONDS:
            self.many()
        self.many_seconds = seconds(self.many)
        return {"step": step, "inference": self.many_seconds, "latency": one}

    def accuracy(self) -> dict[str, float]:
        """The share of the test set that the model gets right, once it could have learnt."""
        while self.trained < LEARNING_STEPS:
            self.peer.train(self.rows)
            self.trained += self.steps
        outputs = self.peer.array(self.many())
        return {"accuracy": float((outputs.argmax(1) == self.digits.y_test).mean())}


def prepared(task: dict[str, Any]) -> Measurement | dict[str, str]:
    """The measurement, or why there is none."""
    try:
        return Measurement(task)
    except ModuleNotFoundError as error:
        return {"left_out": f"{error.name} is not installed"}
    except Exception as error:
        kind = type(error).__name__
        return {"left_out": str(error) if kind == "UnsupportedError" else f"{kind}: {error}"}


def main() -> None:
    task = json.loads(sys.argv[1])
    limit_threads(task["threads"])
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(message: dict[str, Any]) -> None:
        print(json.dumps(message), file=replies, flush=True)

    measurement = prepared(task)
    if isinstance(measurement, dict):
        reply(measurement)
        return
    reply(measurement.facts())
    for command in sys.stdin:
        reply({"turn": measurement.turn, "accuracy": measurement.accuracy}[command.strip()]())


if __name__ == "__main__":
    main()
