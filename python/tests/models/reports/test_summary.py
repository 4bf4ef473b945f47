"""The table of a network, with and without branches."""

from __future__ import annotations

import numpy as np

import martlet
from martlet import layers


def lines(model):
    found: list[str] = []
    model.summary(print_fn=found.append)
    return [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in found if "│" in line
    ], found


def test_a_chain_needs_no_connections():
    table, text = lines(martlet.Sequential([layers.Dense(4, input_shape=(3,)), layers.Dense(2)]))
    assert table[0] == ["Layer (type)", "Output Shape", "Param #"]
    assert table[1:] == [
        ["dense (Dense)", "(None, 4)", "16"],
        ["dense_1 (Dense)", "(None, 2)", "10"],
    ]
    assert "Total params: 26 (104.00 B)" in text


def test_branches_are_connected():
    x = martlet.Input((4,), name="x")
    shared = layers.Dense(4, name="shared")
    inner = martlet.Sequential([layers.Dense(4)], name="inner")
    total = layers.add([shared(x), inner(shared(x))], name="total")
    model = martlet.Model(x, total)
    inner.trainable = False
    table, text = lines(model)
    assert table == [
        ["Layer (type)", "Output Shape", "Param #", "Connected to"],
        ["x (InputLayer)", "(None, 4)", "0", "-"],
        ["shared (Dense)", "(None, 4)", "20", "x, x"],
        ["inner (Sequential)", "(None, 4)", "20 frozen", "shared"],
        ["total (Add)", "(None, 4)", "0", "shared, inner"],
    ]
    assert [line.split(" (")[0] for line in text[-3:]] == [
        "Total params: 40",
        "Trainable params: 20",
        "Non-trainable params: 20",
    ]
    assert "Connected to" in model._repr_html_()


def test_memory_of_branches_is_shared():
    x = martlet.Input((64,))
    y = x
    for _ in range(20):
        y = layers.ReLU()(layers.add([y, layers.Dense(64)(y)]))
    model = martlet.Model(x, y)
    plan = model.plan(batch_size=16, training=False)
    # A sum, and the product that is about to be added; sums grow where they are.
    assert plan.peak_bytes <= 3 * 64 * 16 * 4 + 4096
    assert plan.tensor_bytes >= 20 * 64 * 16 * 4
    weights = model.get_weights()
    value = np.random.default_rng(0).normal(size=(16, 64)).astype(np.float32)
    expected = value.astype(np.float64)
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        expected = np.maximum(expected + expected @ kernel + bias, 0)
    np.testing.assert_allclose(model.predict(value), expected, rtol=1e-4)
