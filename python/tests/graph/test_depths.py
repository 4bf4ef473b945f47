"""Layers and weights in the order of Keras, so that lists of weights can be carried over.

The expected orders are what Keras 3.15 gave for the same networks. It sorts layers by their
distance from the outputs, the furthest first, and those of the same distance by a walk in depth
from the outputs: `map_graph` in `keras/src/ops/function.py`.
"""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import martlet
from martlet import layers


def dense(units, name):
    return layers.Dense(units, name=name)


def wide_and_deep():
    i = martlet.Input((4,), name="i")
    deep = dense(4, "d2")(dense(4, "d1")(i))
    wide = dense(4, "w")(i)
    return martlet.Model(i, dense(1, "out")(layers.Concatenate(name="c")([wide, deep])))


def two_inputs():
    a, b = martlet.Input((4,), name="a"), martlet.Input((4,), name="b")
    deep, flat = dense(4, "deep2")(dense(4, "deep1")(b)), dense(4, "flat")(a)
    outputs = [dense(1, "p")(layers.Add(name="add")([flat, deep])), dense(1, "q")(flat)]
    return martlet.Model([a, b], outputs)


def used_at_two_depths():
    i = martlet.Input((4,), name="i")
    s = dense(4, "s")
    early, late = s(i), s(dense(4, "g")(dense(4, "f")(i)))
    return martlet.Model(i, dense(1, "out")(layers.Add(name="add")([late, early])))


def within_another():
    i = martlet.Input((4,), name="ii")
    deep = dense(4, "nd2")(layers.BatchNormalization(name="nb")(dense(4, "nd1")(i)))
    wide = dense(4, "nw")(i)
    inner = martlet.Model(i, layers.Concatenate(name="nc")([wide, deep]), name="inner")
    j = martlet.Input((4,), name="j")
    frozen = layers.BatchNormalization(name="b", trainable=False)
    sums = layers.Add(name="add")([dense(8, "v")(j), frozen(inner(dense(4, "u")(j)))])
    return martlet.Model(j, dense(1, "out")(sums))


def named_outputs():
    i = martlet.Input((4,), name="i")
    z, a = dense(4, "z1")(i), dense(4, "a1")(i)
    return martlet.Model(i, {"z": dense(1, "z2")(z), "a": dense(1, "a2")(a)})


def with_a_state():
    i, s = martlet.Input((3, 4), name="i"), martlet.Input((4,), name="s")
    state = dense(5, "h")(s)
    return martlet.Model([i, s], layers.GRU(5, name="g")(dense(2, "x")(i), initial_state=state))


ORDERS = {
    wide_and_deep: "i d1 w d2 c out",
    two_inputs: "b a deep1 flat deep2 add p q",
    used_at_two_depths: "i f g s add out",
    within_another: "j u inner v b add out",
    named_outputs: "i a1 z1 a2 z2",
    with_a_state: "i s x h g",
}


@pytest.mark.parametrize("make", ORDERS)
def test_layers_stand_in_the_order_of_keras(make):
    model = make()
    assert [layer.name for layer in model.layers] == ORDERS[make].split()
    rebuilt = type(model).from_config(model.get_config())
    assert [layer.name for layer in rebuilt.layers] == ORDERS[make].split()


def names_of(views, model):
    """Which parameters views are of: they are the engine's memory, so their addresses tell."""
    known = {
        view.ctypes.data: f"{layer.name}/{name}"
        for layer in model.built_model.graph.holders
        for name, view in zip(layer.built_weights.shapes, layer.weights, strict=True)
    }
    return [known[view.ctypes.data] for view in views]


def test_weights_of_wide_and_deep_stand_in_the_order_of_keras():
    model = wide_and_deep()
    expected = [f"{n}/{p}" for n in ("d1", "w", "d2", "out") for p in ("kernel", "bias")]
    assert names_of(model.weights, model) == expected
    assert names_of(model.trainable_weights, model) == expected
    shapes = [view.shape for view in model.get_weights()]
    assert shapes == [(4, 4), (4,), (4, 4), (4,), (4, 4), (4,), (8, 1), (1,)]


def test_weights_carried_over_from_keras_predict_as_there():
    """Kernels of 2, 3 and 5 times the identity, in Keras's order: d1, w, d2."""
    model = wide_and_deep()
    kernels = [2 * np.eye(4), 3 * np.eye(4), 5 * np.eye(4)]
    given = [array for kernel in kernels for array in (kernel, np.zeros(4))]
    model.set_weights([*given, np.arange(8.0)[:, None], [0.5]])
    x = np.array([[1.0, 2.0, 3.0, 4.0]])
    both = np.concatenate([3 * x, 5 * 2 * x], axis=1)
    assert model.predict(x, verbose=0) == pytest.approx(both @ np.arange(8.0)[:, None] + 0.5)


def test_weights_that_no_optimizer_changes_stand_in_the_order_of_keras():
    model = within_another()
    assert names_of(model.weights, model) == [
        *("u/kernel", "u/bias", "nd1/kernel", "nd1/bias"),
        *("nb/gamma", "nb/beta", "nb/moving_mean", "nb/moving_variance"),
        *("nw/kernel", "nw/bias", "nd2/kernel", "nd2/bias", "v/kernel", "v/bias"),
        *("b/gamma", "b/beta", "b/moving_mean", "b/moving_variance", "out/kernel", "out/bias"),
    ]
    assert names_of(model.non_trainable_weights, model) == [
        *("nb/moving_mean", "nb/moving_variance"),
        *("b/gamma", "b/beta", "b/moving_mean", "b/moving_variance"),
    ]
    together = [*model.trainable_weights, *model.non_trainable_weights]
    assert sorted(names_of(together, model)) == sorted(names_of(model.weights, model))


def test_the_summary_has_the_order_of_keras():
    lines = []
    wide_and_deep().summary(print_fn=lines.append)
    rows = [line.split()[1] for line in lines if "(Dense)" in line]
    assert rows == ["d1", "w", "d2", "out"]


class Parts(martlet.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(1)
        self.first = layers.Dense(3)

    def call(self, x):
        return self.last(self.first(x))


def test_weights_of_a_subclass_stand_as_its_attributes_do():
    net = Parts()
    net.build((None, 2))
    assert [view.shape for view in net.weights] == [(3, 1), (1,), (2, 3), (3,)]


def test_an_inner_model_has_all_its_weights_though_one_output_is_not_read():
    i = martlet.Input((4,))
    inner = martlet.Model(i, [dense(2, "read")(i), dense(3, "unread")(i)])
    j = martlet.Input((4,))
    model = martlet.Model(j, inner(j)[0])
    assert [view.shape for view in model.weights] == [(4, 2), (2,), (4, 3), (3,)]


def test_files_name_their_weights_and_do_not_depend_on_the_order(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    model = wide_and_deep()
    model.save_weights(tmp_path / "w.safetensors")
    found = safetensors.load_file(tmp_path / "w.safetensors")
    assert set(found) == {f"{n}/{p}" for n in ("d1", "w", "d2", "out") for p in ("kernel", "bias")}
    np.testing.assert_array_equal(found["w/kernel"], model.get_layer("w").kernel)
    np.testing.assert_array_equal(found["d1/kernel"], model.get_layer("d1").kernel)


def test_pickles_keep_each_weight_with_its_layer():
    model = within_another()
    other = pickle.loads(pickle.dumps(model))
    for one, two in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    x = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_array_equal(model.predict(x, verbose=0), other.predict(x, verbose=0))
