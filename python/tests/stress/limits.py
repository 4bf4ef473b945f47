"""Every layer of the engine with absurd numbers, in a process that may not have much memory.

Run as a program: `limits.py LAYER`. Exits with 0 when each attempt ends in an answer or in an
exception that says what is wrong; prints each attempt before it is made.
"""

from __future__ import annotations

import copy
import json
import resource
import signal
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from martlet import _core

HOSTILE = (0, -1, 3000, 300_000_000, 1 << 31, 1 << 40, 1 << 62, (1 << 63) - 1, -(1 << 63))
HOSTILE_FLOATS = (-1.0, 1e300, -1e300, 1e18)
ROOM = 1 << 30
PATIENCE = 60

_INNER = {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": [2, 2]}}
_CELL = {"units": 3, "recurrent_initializer": {"class": "GlorotUniform", "config": {}}}
_WINDOWS = {"kernel_size": [2, 2], "strides": [1, 1], "dilation_rate": [1, 1]}
_POOL = {"pool_size": [2, 2], "strides": [2, 2]}
_LINE = {"pool_size": [2], "strides": [2]}

SMALL: dict[str, tuple[dict[str, Any], list[list[int]]]] = {
    "Input": ({"shape": [4, 5, 2]}, []),
    "Flatten": ({}, [[4, 5]]),
    "Reshape": ({"target_shape": [5, -1]}, [[4, 5]]),
    "Permute": ({"dims": [2, 1]}, [[4, 5]]),
    "RepeatVector": ({"n": 3}, [[4]]),
    "Rescaling": ({"scale": 2.0, "offset": 1.0}, [[4, 5]]),
    "Activation": ({"activation": "gelu"}, [[4, 5]]),
    "ReLU": ({"max_value": 6.0, "negative_slope": 0.1, "threshold": 1.0}, [[4, 5]]),
    "ELU": ({"alpha": 1.0}, [[4, 5]]),
    "LeakyReLU": ({"negative_slope": 0.1}, [[4, 5]]),
    "Softmax": ({"axis": -1}, [[4, 5]]),
    "Dropout": ({"rate": 0.5}, [[4, 5]]),
    "SpatialDropout1D": ({"rate": 0.5}, [[4, 5]]),
    "SpatialDropout2D": ({"rate": 0.5}, [[4, 5, 2]]),
    "GaussianNoise": ({"stddev": 0.5}, [[4, 5]]),
    "GaussianDropout": ({"rate": 0.5}, [[4, 5]]),
    "Add": ({}, [[4, 5], [4, 1]]),
    "Subtract": ({}, [[4, 5], [1, 5]]),
    "Multiply": ({}, [[4, 5], [4, 5]]),
    "Average": ({}, [[4, 5], [4, 5]]),
    "Maximum": ({}, [[4, 5], [4, 5]]),
    "Minimum": ({}, [[4, 5], [4, 5]]),
    "Concatenate": ({"axis": -1}, [[4, 5], [4, 2]]),
    "Masking": ({"mask_value": 0.0}, [[4, 5]]),
    "Embedding": ({"input_dim": 7, "output_dim": 3}, [[4]]),
    "Dense": ({"units": 3}, [[4, 5]]),
    "ZeroPadding2D": ({"padding": [[1, 2], [1, 2]]}, [[4, 5, 2]]),
    "UpSampling2D": ({"size": [2, 2]}, [[4, 5, 2]]),
    "Conv2D": ({"filters": 4, "groups": 2, "padding": "same", **_WINDOWS}, [[4, 5, 2]]),
    "Conv1D": (
        {"filters": 2, "kernel_size": [2], "strides": [1], "dilation_rate": [1], "groups": 1},
        [[4, 5]],
    ),
    "DepthwiseConv2D": ({"depth_multiplier": 2, "padding": "same", **_WINDOWS}, [[4, 5, 2]]),
    "SeparableConv2D": ({"filters": 3, "depth_multiplier": 2, **_WINDOWS}, [[4, 5, 2]]),
    "Conv2DTranspose": ({"filters": 3, "output_padding": None, **_WINDOWS}, [[4, 5, 2]]),
    "MaxPooling1D": ({"padding": "same", **_LINE}, [[4, 5]]),
    "AveragePooling1D": ({"padding": "same", **_LINE}, [[4, 5]]),
    "GlobalMaxPooling1D": ({}, [[4, 5]]),
    "GlobalAveragePooling1D": ({}, [[4, 5]]),
    "MaxPooling2D": ({"padding": "same", **_POOL}, [[4, 5, 2]]),
    "AveragePooling2D": ({"padding": "same", **_POOL}, [[4, 5, 2]]),
    "GlobalMaxPooling2D": ({}, [[4, 5, 2]]),
    "GlobalAveragePooling2D": ({}, [[4, 5, 2]]),
    "BatchNormalization": ({"axis": -1, "momentum": 0.9, "epsilon": 1e-3}, [[4, 5, 2]]),
    "LayerNormalization": ({"axis": -1, "epsilon": 1e-3}, [[4, 5]]),
    "SimpleRNN": ({**_CELL, "dropout": 0.1}, [[4, 5]]),
    "LSTM": ({**_CELL, "recurrent_dropout": 0.1}, [[4, 5]]),
    "GRU": ({**_CELL, "return_sequences": True}, [[4, 5]]),
    "TimeDistributed": ({"layer": _INNER}, [[3, 4, 5, 2]]),
    "Bidirectional": ({"layer": {"class_name": "LSTM", "config": _CELL}}, [[4, 5]]),
}
"""A small configuration of each layer, and the shapes of its inputs."""


def build(name: str, config: dict[str, Any], shapes: list[list[int]]) -> _core.Model:
    """A model of one layer over its inputs."""
    stack = [{"class": "Input", "config": {"shape": shape}} for shape in shapes]
    stack.append({"class": name, "config": config})
    for index, layer in enumerate(stack):
        layer["name"] = f"layer_{index}"
    reads: list[list[list[int]]] = [[] for _ in shapes]
    reads.append([[index, 0] for index in range(len(shapes))])
    last = len(stack) - 1
    inputs = [[index, 0] for index in range(max(1, len(shapes)))]
    nodes = [{"layer": index, "inputs": read} for index, read in enumerate(reads)]
    network = {"layers": stack, "nodes": nodes, "inputs": inputs, "outputs": [[last, 0]]}
    return _core.Model(json.dumps({"name": "model", **network}), 1)


def changed(value: Any) -> Iterator[Any]:
    """Copies of a plain value with one number replaced by a hostile one, or a list grown."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    if isinstance(value, (int, float)):
        yield from HOSTILE if isinstance(value, int) else HOSTILE_FLOATS
        return
    for key in value if isinstance(value, dict) else range(len(value)):
        for item in changed(value[key]):
            copied = copy.deepcopy(value)
            copied[key] = item
            yield copied
    if isinstance(value, list):
        yield []
        yield value * 2


def attempts(name: str) -> Iterator[tuple[dict[str, Any], list[list[int]]]]:
    """All that is tried with a layer: one thing at a time, and padding both ways."""
    config, shapes = SMALL[name]
    yield config, shapes
    for other in changed(config):
        yield other, shapes
        if "padding" in other and isinstance(other["padding"], str):
            flipped = "valid" if other["padding"] == "same" else "same"
            yield {**other, "padding": flipped}, shapes
    for others in changed(shapes):
        if len(others) == len(shapes):
            yield config, others


def compiled(model: _core.Model) -> _core.Model:
    """The model, ready to be planned for training."""
    loss = {"class": "MeanSquaredError", "config": {}}
    optimizer = {"class": "Adam", "config": {"learning_rate": 0.001}}
    configuration = {"losses": [loss], "loss_weights": [1.0], "metrics": [], "optimizer": optimizer}
    model.compile(json.dumps(configuration))
    return model


def use(model: _core.Model, shapes: list[list[int]]) -> None:
    """Plans runs of the model, and predicts if that is quickly done."""
    facts = json.loads(model.describe())
    compiled(model)
    steps = len(json.loads(model.plan(1, True))["steps"])
    assert steps > 0
    for batch in (1 << 24, 1 << 62):
        attempt(lambda batch=batch: model.plan(batch, False))
    sizes = [float(np.prod([float(extent) for extent in shape])) for shape in facts["outputs"]]
    if shapes and sum(sizes) < 1e6:
        model.predict([np.zeros([2, *shape], np.float32) for shape in shapes], None, 2, 0.0, None)


def attempt(body: Any) -> bool:
    """Whether `body` gives an answer; if not, it must say why."""
    try:
        body()
    except (ValueError, MemoryError, TypeError) as error:
        if len(str(error)) <= 10:
            raise
        return False
    return True


def main(name: str) -> None:
    """Makes all attempts with one layer."""
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, resource.RLIM_INFINITY))
    # Whatever takes minutes for one sample is as good as a hang.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number, (config, shapes) in enumerate(attempts(name)):
        print(json.dumps(config), shapes, flush=True)
        signal.alarm(PATIENCE)
        works = attempt(
            lambda config=config, shapes=shapes: use(build(name, config, shapes), shapes)
        )
        assert works or number, "the small configuration does not work"
    signal.alarm(0)


if __name__ == "__main__":
    main(sys.argv[1])
