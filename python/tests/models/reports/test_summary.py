"""The table of a network, with and without branches."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers


def lines(model, **options):
    found: list[str] = []
    model.summary(print_fn=found.append, **options)
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


def test_a_summary_expands_models_and_says_what_is_trained():
    inner = martlet.Sequential(
        [layers.Dense(4, input_shape=(3,), name="first"), layers.ReLU(name="bend")], name="inner"
    )
    model = martlet.Sequential([inner, layers.Dense(2, name="last")])
    inner.layers[0].trainable = False
    table, _ = lines(model, expand_nested=True, show_trainable=True)
    assert table == [
        ["Layer (type)", "Output Shape", "Param #", "Trainable"],
        ["inner (Sequential)", "(None, 4)", "16 frozen", "N"],
        ["└ first (Dense)", "(None, 4)", "16 frozen", "N"],
        ["└ bend (ReLU)", "(None, 4)", "0", "-"],
        ["last (Dense)", "(None, 2)", "10", "Y"],
    ]
    assert len(lines(model)[0]) == 3
    unbuilt, _ = lines(martlet.Sequential([layers.Dense(2)]), show_trainable=True)
    assert unbuilt[1][-1] == "-"
    with pytest.raises(TypeError, match="summary: expected show_trainable to be True or False"):
        model.summary(show_trainable="yes")
