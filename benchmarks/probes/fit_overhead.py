"""A whole `fit` against the engine's own loop: prints seconds an epoch of both, and their ratio.

`fit` measures accuracy, keeps its history and draws its progress bar on a terminal of its own; the
engine only trains. Both read the same 60,000 float32 images.
"""

from __future__ import annotations

import json
import os
import pty
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import martlet
import numpy as np
from martlet.data import Dataset

from common import classifier

ROUNDS, EPOCHS, BATCH = 7, 2, 64


@contextmanager
def terminal() -> Iterator[None]:
    """Standard output is a terminal that somebody reads, so that a progress bar draws itself."""
    reader, writer = pty.openpty()
    kept = os.dup(1)
    os.dup2(writer, 1)
    os.close(writer)
    threading.Thread(target=drain, args=(reader,), daemon=True).start()
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def drain(reader: int) -> None:
    try:
        while os.read(reader, 65536):
            pass
    except OSError:
        os.close(reader)


def engine_epochs(model: martlet.Sequential, x: np.ndarray, y: np.ndarray) -> float:
    built, data = model.built_model, Dataset([x], [y])
    start = time.perf_counter()
    for epoch in range(EPOCHS):
        built.train(data, BATCH, shuffle=True, epoch=epoch)
    return (time.perf_counter() - start) / EPOCHS


def fit_epochs(model: martlet.Sequential, x: np.ndarray, y: np.ndarray) -> float:
    with terminal():
        start = time.perf_counter()
        model.fit(x, y, epochs=EPOCHS, batch_size=BATCH)
        return (time.perf_counter() - start) / EPOCHS


def main() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((60_000, 28, 28), dtype=np.float32)
    y = rng.integers(0, 10, len(x))
    bare, whole = classifier(metrics=[]), classifier(metrics=["accuracy"])
    engine_epochs(bare, x, y), fit_epochs(whole, x, y)
    times = [(engine_epochs(bare, x, y), fit_epochs(whole, x, y)) for _ in range(ROUNDS)]
    ratio = median(fit / engine for engine, fit in times)
    engine, fit = (median(column) for column in zip(*times, strict=True))
    print(json.dumps({"engine": engine, "fit": fit, "ratio": ratio}))


if __name__ == "__main__":
    main()
