"""Networks that cannot be: each is an error when it is built, with the layers' names."""

from __future__ import annotations

import json

import numpy as np
import pytest

import martlet
from martlet import _core, layers


def test_one_weight_cannot_have_two_shapes():
    shared = layers.Dense(2, name="shared")
    wide, narrow = martlet.Input((4,)), martlet.Input((3,))
    with pytest.raises(ValueError, match=r'Dense "shared".*\(4, 2\).*\(3, 2\).*new layer'):
        martlet.Model([wide, narrow], layers.add([shared(wide), shared(narrow)]))


def test_names_are_unique_on_each_level():
    x = martlet.Input((4,))
    twice = layers.Dense(2, name="same")(layers.Dense(2, name="same")(x))
    with pytest.raises(ValueError, match='Two layers are named "same"'):
        martlet.Model(x, twice)
    towers = [martlet.Sequential([layers.Dense(2)], name="tower") for _ in range(2)]
    with pytest.raises(ValueError, match='Two layers are named "tower"'):
        martlet.Model(x, layers.add([tower(x) for tower in towers]))


def test_inputs_and_outputs_are_connected():
    x, y = martlet.Input((4,), name="x"), martlet.Input((4,), name="y")
    with pytest.raises(ValueError, match='need the input "y"'):
        martlet.Model(x, [layers.Dense(1)(x), layers.Dense(1)(y)])
    with pytest.raises(ValueError, match='"y" leads to no output'):
        martlet.Model([x, y], layers.Dense(1)(x))
    with pytest.raises(ValueError, match="received one twice"):
        martlet.Model([x, x], layers.Dense(1)(x))


def test_layers_are_called_on_symbolic_tensors():
    for value in (np.ones((2, 3)), [[1.0]], None, "x"):
        with pytest.raises(TypeError, match='Dense "dense": expected a symbolic tensor'):
            layers.Dense(3)(value)
    with pytest.raises(TypeError, match=r"unknown argument .depth."):
        layers.Dense(3)(martlet.Input((3,)), depth=2)


def architecture(nodes, outputs):
    return json.dumps(
        {
            "name": "net",
            "layers": [
                {"class": "Input", "name": "x", "config": {"shape": [3]}},
                {"class": "Dense", "name": "first", "config": {"units": 3}},
                {"class": "Dense", "name": "second", "config": {"units": 3}},
            ],
            "nodes": nodes,
            "inputs": [[0, 0]],
            "outputs": outputs,
        }
    )


def test_a_cycle_in_an_architecture():
    nodes = [
        {"layer": 0, "inputs": []},
        {"layer": 1, "inputs": [[2, 0]]},
        {"layer": 2, "inputs": [[1, 0]]},
    ]
    with pytest.raises(ValueError, match=r'Dense "first".*no cycles'):
        _core.Model(architecture(nodes, [[2, 0]]), 0)


def test_a_layer_that_leads_nowhere():
    nodes = [
        {"layer": 0, "inputs": []},
        {"layer": 1, "inputs": [[0, 0]]},
        {"layer": 2, "inputs": [[0, 0]]},
    ]
    with pytest.raises(ValueError, match='Dense "second" leads to no output'):
        _core.Model(architecture(nodes, [[1, 0]]), 0)
    with pytest.raises(ValueError, match=r"\[1,4\]"):
        _core.Model(architecture(nodes, [[1, 4]]), 0)
