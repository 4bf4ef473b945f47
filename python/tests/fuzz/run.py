"""Calls the public interface with hostile arguments: python -m fuzz.run SEED COUNT [NAME].

Prints what did not behave, a line each, and ends with the number of calls. Before each call its
name goes to the file `call`, so that a crash can be told from its last line.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import random
import resource
import signal
import sys
import tempfile
import warnings
from typing import Any

import numpy as np

import martlet
from fuzz.surface import Target, all_targets, samples
from fuzz.values import HOSTILE
from fuzz.verdict import complaint, describe, forget

SECONDS = 20
MEMORY = 6 << 30

COSTLY = {"epochs": 3, "depth": 14, "count": 4, "steps": 3}
"""Arguments whose value is a wish for work: larger numbers are not drawn for them."""


class Slow(BaseException):
    """A call that takes too long."""


def _choose(target: Target, source: random.Random) -> tuple[dict[str, Any], list[str]]:
    """Returns the arguments of a call, and what is hostile about them."""
    arguments = {name: make() for name, make in target.good.items()}
    names = [*target.good, *target.others]
    told = []
    for name in source.sample(names, min(len(names), source.choice((1, 1, 1, 2)))):
        key = source.choice(list(HOSTILE))
        value = HOSTILE[key]()
        if name == "seed" and target.name == "a random network":
            continue
        if name in COSTLY and isinstance(value, int) and value > COSTLY[name]:
            continue
        arguments[name] = value
        told.append(f"{name}={key}")
    if source.random() < 0.02 and arguments:
        told.append(f"without {arguments.popitem()[0]}")
    if source.random() < 0.02:
        arguments["bogus"] = 1
        told.append("bogus=1")
    return arguments, told


def _call(target: Target, arguments: dict[str, Any]) -> str | None:
    """Makes one call; returns a complaint, or None."""
    function, model = target.make()
    before = [] if model is None else model.get_weights()
    try:
        target.use(function(**arguments))
        return None if model is None else _broken(model)
    except Slow:
        return f"took more than {SECONDS} s"
    except BaseException as error:
        reason = complaint(error)
        told = None if reason is None else f"{reason}: {describe(error)}"
        forget(error)
        return told if told or model is None else _broken(model) or _changed(model, before)


def _broken(model: martlet.Model) -> str | None:
    """Whether the model is no longer whole: it must go on predicting."""
    x, _ = samples()
    try:
        if model.built and model.input_shape == (None, 4):
            model.predict(x)
    except BaseException as error:
        return f"left a broken model: {describe(error)}"
    return None


def _changed(model: martlet.Model, before: list[np.ndarray]) -> str | None:
    """Whether a call that was refused changed the weights all the same."""
    after = model.get_weights() if model.built else before
    same = len(after) == len(before) and all(map(np.array_equal, after, before))
    return None if same else "was refused, and changed the weights"


def main(seed: int, count: int, only: str = "") -> int:
    """Makes `count` calls; returns 1 when any did not behave."""
    targets = [target for target in all_targets() if only in target.name]
    source = random.Random(seed)
    failures = 0
    with open("call", "w", encoding="utf-8", errors="replace") as journal:
        for _ in range(count):
            target = source.choice(targets)
            arguments, told = _choose(target, source)
            title = f"{target.name}({', '.join(told)})"
            journal.seek(0)
            journal.truncate()
            journal.write(title)
            journal.flush()
            signal.alarm(SECONDS)
            with contextlib.redirect_stdout(io.StringIO()):
                problem = _call(target, arguments)
            signal.alarm(0)
            martlet.set_num_threads(2)
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
            if problem is not None:
                failures += 1
                print(ascii(f"{title}: {problem}"), flush=True)
    print(f"{count} calls, {failures} failures")
    return 1 if failures else 0


def _too_slow(*_: object) -> None:
    raise Slow


if __name__ == "__main__":
    faulthandler.enable()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = sys.argv[4] if len(sys.argv) > 4 else tempfile.mkdtemp()
    os.chdir(folder)
    os.environ |= {"MARTLET_CACHE": folder, "MPLBACKEND": "agg"}
    from fuzz.surface import fresh

    fresh().save_weights("saved.safetensors")
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4]))
