"""Microseconds of training an image as the data grows; prints them by the number of images.

Every size is trained over as many epochs as make 60,000 images, in turn, round after round.
`python growth.py cnn` takes the convolutional network.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import numpy as np

from common import classifier, convolutional

SIZES, IMAGES, ROUNDS, BATCH = (1_000, 4_000, 15_000, 60_000), 60_000, 5, 50


def main() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((IMAGES, 28, 28), dtype=np.float32)
    y = rng.integers(0, 10, IMAGES)
    model = (convolutional if "cnn" in sys.argv[1:] else classifier)(metrics=[])
    model.fit(x, y, batch_size=BATCH, verbose=0)
    times: dict[int, list[float]] = {rows: [] for rows in SIZES}
    for _ in range(ROUNDS):
        for rows in SIZES:
            start = time.perf_counter()
            model.fit(x[:rows], y[:rows], epochs=IMAGES // rows, batch_size=BATCH, verbose=0)
            times[rows].append(time.perf_counter() - start)
    print(json.dumps({rows: median(taken) / IMAGES * 1e6 for rows, taken in times.items()}))


if __name__ == "__main__":
    main()
