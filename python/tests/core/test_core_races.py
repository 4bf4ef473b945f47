"""Calls of one model from several threads."""

from __future__ import annotations

import json
import sys
import threading
import time

import numpy as np

from core_support import CONFIGURATION


def test_a_compile_meanwhile_changes_no_result(new_core):
    """A run has room for the values of the compilation that it runs with, whichever that is."""
    model = new_core()
    few, many = (
        {**json.loads(CONFIGURATION), "metrics": [{"class": "AutoAccuracy"}] * n} for n in (1, 60)
    )
    x, y = np.ones((16, 12), np.float32), np.zeros(16, np.int64)
    done = threading.Event()

    def flip():
        while not done.is_set():
            model.compile(json.dumps(few))
            model.compile(json.dumps(many))

    thread, interval = threading.Thread(target=flip), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    try:
        end = time.monotonic() + 1
        while time.monotonic() < end:
            values = model.evaluate([x], [y], None, None, 16, 0.0, None)[0]
            assert len(values) in (2, 61)
            assert set(values[1:]) <= {0.0, 1.0}
            assert len(set(values[1:])) == 1
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(interval)
