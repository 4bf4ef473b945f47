"""Layers within others: whether they are trained, and whose weights they have."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import martlet
from martlet import layers

X = np.random.default_rng(0).normal(size=(8, 3, 2)).astype(np.float32)


def changed(model):
    """Which weights a step of training changes."""
    model.compile(martlet.optimizers.SGD(0.1), "mse")
    before = model.get_weights()
    model.train_on_batch(X, np.ones((8, *model.output_shape[1:])))
    pairs = zip(before, model.get_weights(), strict=True)
    return [bool((one != other).any()) for one, other in pairs]


def stack(*parts):
    return martlet.Sequential([martlet.Input((3, 2)), *parts])


def copies(model):
    """The same network by all ways that there are."""
    return [
        model,
        type(model).from_config(model.get_config()),
        martlet.models.clone_model(model),
        copy.deepcopy(model),
        pickle.loads(pickle.dumps(model)),
    ]


def test_a_frozen_dense_in_time_distributed_does_not_train():
    model = stack(layers.TimeDistributed(layers.Dense(2, trainable=False)))
    assert changed(model) == [False, False]
    assert len(model.trainable_weights) == 0
    assert len(model.non_trainable_weights) == 2


@pytest.mark.parametrize("way", range(5))
def test_copies_of_frozen_wrapped_layers_do_not_train(way):
    parts = [
        layers.TimeDistributed(layers.Dense(2, trainable=False)),
        layers.Bidirectional(layers.GRU(2, return_sequences=True, trainable=False)),
        layers.Bidirectional(
            layers.LSTM(2, return_sequences=True),
            backward_layer=layers.LSTM(
                2, return_sequences=True, go_backwards=True, trainable=False
            ),
        ),
        martlet.Sequential([layers.Dense(2, trainable=False)]),
        layers.TimeDistributed(layers.BatchNormalization(trainable=False)),
    ]
    model = copies(stack(*parts))[way]
    trained = [False] * 2 + [False] * 6 + [True] * 3 + [False] * 3 + [False] * 2 + [False] * 4
    assert changed(model) == trained


@pytest.mark.parametrize("is_built_first", [True, False])
def test_an_inner_layer_can_be_frozen_and_thawed_later(is_built_first):
    inner = layers.Dense(2)
    wrapper = layers.TimeDistributed(inner)
    model = stack(wrapper) if is_built_first else None
    inner.trainable = False
    model = model or stack(wrapper)
    assert not wrapper.trainable
    assert changed(model) == [False, False]
    inner.trainable = True
    assert changed(model) == [True, True]
    wrapper.trainable = False
    assert not inner.trainable
    assert changed(model) == [False, False]
    model.trainable = True
    assert inner.trainable
    assert changed(model) == [True, True]


def test_a_frozen_wrapper_freezes_what_it_wraps():
    inner = layers.TimeDistributed(layers.Dense(1))
    for wrapper, shape in (
        (layers.TimeDistributed(layers.Dense(2), trainable=False), (3, 2)),
        (layers.Bidirectional(layers.LSTM(2), trainable=False), (3, 2)),
        (layers.TimeDistributed(inner, trainable=False), (4, 3, 2)),
    ):
        model = martlet.Sequential([martlet.Input(shape), wrapper])
        assert model.trainable_weights == []


@pytest.mark.parametrize("is_built_first", [True, False])
def test_one_direction_can_be_frozen(is_built_first):
    layer = layers.Bidirectional(layers.GRU(2))
    model = stack(layer) if is_built_first else None
    layer.forward_layer.trainable = False
    model = model or stack(layer)
    assert layer.trainable
    assert changed(model) == [False] * 3 + [True] * 3
    assert len(layer.trainable_weights) == len(model.non_trainable_weights) == 3
    layer.forward_layer.trainable, layer.backward_layer.trainable = True, False
    assert changed(model) == [True] * 3 + [False] * 3
    layer.trainable = True
    assert changed(model) == [True] * 6


def test_a_direction_within_time_distributed_can_be_frozen():
    both = layers.Bidirectional(layers.LSTM(2))
    model = martlet.Sequential([martlet.Input((2, 3, 2)), layers.TimeDistributed(both)])
    both.backward_layer.trainable = False
    model.compile(martlet.optimizers.SGD(0.1), "mse")
    before = model.get_weights()
    model.train_on_batch(np.ones((4, 2, 3, 2)), np.zeros((4, 2, 4)))
    pairs = zip(before, model.get_weights(), strict=True)
    assert [bool((one != other).any()) for one, other in pairs] == [True] * 3 + [False] * 3


def test_the_given_backward_layer_is_the_one_that_is_used():
    backward = layers.LSTM(2, go_backwards=True)
    layer = layers.Bidirectional(layers.LSTM(2), backward_layer=backward)
    model = stack(layer)
    assert layer.backward_layer is backward
    backward.trainable = False
    assert changed(model) == [True] * 3 + [False] * 3
    np.testing.assert_array_equal(backward.kernel, model.get_weights()[3])


class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.TimeDistributed(layers.Dense(units))

    def call(self, x):
        return x + self.dense(x)


class Late(layers.Layer):
    def build(self, shape):
        self.dense = layers.Dense(shape[-1])

    def call(self, x):
        return self.dense(x)


@pytest.mark.parametrize(
    "make", [lambda: Residual(2, trainable=False), lambda: Late(trainable=False)]
)
def test_a_composed_layer_that_is_made_frozen_does_not_train(make):
    assert changed(stack(make())) == [False, False]
    inputs = martlet.Input((3, 2))
    assert changed(martlet.Model(inputs, make()(inputs))) == [False, False]


class Net(martlet.Model):
    def __init__(self, trainable=True):
        super().__init__(trainable=trainable)
        self.first = layers.Dense(2)
        self.last = layers.Bidirectional(layers.GRU(2))

    def call(self, x):
        return self.last(self.first(x))


def test_a_subclass_that_is_made_frozen_does_not_train():
    net = Net(trainable=False)
    net.build((None, 3, 2))
    assert changed(net) == [False] * 8


def test_a_pickle_of_a_subclass_knows_what_is_frozen():
    net = Net()
    net.build((None, 3, 2))
    net.first.trainable = net.last.backward_layer.trainable = False
    for model in (net, pickle.loads(pickle.dumps(net)), copy.deepcopy(net)):
        assert changed(model) == [False] * 2 + [True] * 3 + [False] * 3


def test_what_is_added_to_a_frozen_stack_is_frozen():
    model = martlet.Sequential([martlet.Input((3, 2)), layers.Dense(2)])
    model.trainable = False
    model.add(layers.Dense(1))
    assert changed(model) == [False] * 4


def test_a_part_of_a_composed_layer_can_be_thawed():
    layer = Residual(2, trainable=False)
    model = stack(layer)
    layer.dense.layer.trainable = True
    assert changed(model) == [True, True]


# One layer in several places.


def shared_twice(directly=False):
    """One Dense in two wrappers, and by itself if asked for."""
    dense = layers.Dense(2)
    inputs = martlet.Input((3, 2))
    x = layers.TimeDistributed(dense)(inputs)
    x = layers.ReLU()(x)
    x = layers.TimeDistributed(dense)(x)
    return martlet.Model(inputs, dense(x) if directly else x), dense


@pytest.mark.parametrize("way", range(5))
@pytest.mark.parametrize("directly", [False, True])
def test_one_dense_in_two_time_distributed_has_its_weights_once(directly, way):
    model = copies(shared_twice(directly)[0])[way]
    assert model.count_params() == 6
    assert [view.shape for view in model.weights] == [(2, 2), (2,)]
    kernel, bias = model.get_weights()
    expected = np.maximum(X @ kernel + bias, 0) @ kernel + bias
    expected = expected @ kernel + bias if directly else expected
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, atol=1e-6)


def test_the_gradient_of_a_shared_inner_layer_is_the_sum_over_its_uses():
    model, dense = shared_twice(directly=True)
    model.compile(martlet.optimizers.SGD(1.0), "mse")
    before = [weight.astype(np.float64) for weight in model.get_weights()]

    def loss(kernel, bias):
        x = X.astype(np.float64) @ kernel + bias
        x = np.maximum(x, 0) @ kernel + bias
        return ((x @ kernel + bias - 1) ** 2).mean()

    model.train_on_batch(X, np.ones((8, 3, 2)))
    for index, after in enumerate(dense.get_weights()):
        for place in np.ndindex(after.shape):
            moved = [[weight.copy() for weight in before] for _ in range(2)]
            moved[0][index][place] += 1e-6
            moved[1][index][place] -= 1e-6
            slope = (loss(*moved[0]) - loss(*moved[1])) / 2e-6
            assert before[index][place] - after[place] == pytest.approx(slope, abs=1e-4)


def test_freezing_a_shared_inner_layer_freezes_all_its_uses():
    model, dense = shared_twice(directly=True)
    dense.trainable = False
    assert changed(model) == [False, False]
    model.layers[1].trainable = True
    assert changed(model) == [True, True]


def test_wrappers_in_two_models_share():
    dense = layers.Dense(2)
    one = stack(layers.TimeDistributed(dense))
    other = stack(layers.TimeDistributed(dense), layers.Activation("tanh"))
    assert changed(one) == [True, True]
    np.testing.assert_array_equal(one.get_weights()[0], other.get_weights()[0])
    expected = np.tanh(one.predict(X, verbose=0))
    np.testing.assert_allclose(other.predict(X, verbose=0), expected, atol=1e-6)
    assert changed(other) == [True, True]
    np.testing.assert_array_equal(one.get_weights()[0], other.get_weights()[0])


def test_shared_weights_are_saved_once(tmp_path):
    pytest.importorskip("safetensors")
    model, _ = shared_twice()
    model.save_weights(tmp_path / "w.safetensors")
    other, _ = shared_twice()
    other.load_weights(tmp_path / "w.safetensors")
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])


def test_inner_layers_give_and_take_weights():
    dense = layers.Dense(2)
    model = stack(layers.TimeDistributed(dense))
    dense.set_weights([np.eye(2), np.zeros(2)])
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)
    assert dense.count_params() == 6


def test_a_layer_shared_at_two_levels_stays_one_in_a_copy():
    dense = layers.Dense(2)
    inner = martlet.Sequential([martlet.Input((3, 2)), dense])
    inputs = martlet.Input((3, 2))
    model = martlet.Model(inputs, dense(inner(inputs)))
    assert [item.count_params() for item in copies(model)] == [6] * 5


def test_inputs_that_do_not_fit_shared_weights_name_both_layers():
    dense = layers.Dense(2)
    one, other = martlet.Input((3, 2)), martlet.Input((3, 4))
    outputs = [layers.TimeDistributed(dense)(one), layers.TimeDistributed(dense)(other)]
    with pytest.raises(ValueError, match=r"time_distributed_1.*time_distributed\".*shapes"):
        martlet.Model([one, other], outputs)


def test_what_cannot_be_shared_is_refused():
    backward = layers.LSTM(2, go_backwards=True)
    first = layers.Bidirectional(layers.LSTM(2), backward_layer=backward)
    with pytest.raises(ValueError, match="used elsewhere"):
        layers.Bidirectional(layers.LSTM(2), backward_layer=backward)
    inputs = martlet.Input((3, 2))
    with pytest.raises(ValueError, match="is a part of Bidirectional"):
        martlet.Model(inputs, [first(inputs), backward(inputs)])
    used = layers.LSTM(2, go_backwards=True)
    model = stack(used)
    with pytest.raises(ValueError, match="used elsewhere"):
        layers.Bidirectional(layers.LSTM(2), backward_layer=used)
    assert model.count_params() == 40


def test_a_composed_layer_in_time_distributed_is_refused():
    with pytest.raises(TypeError, match=r"Residual.*call"):
        layers.TimeDistributed(Residual(2))


def test_a_config_that_is_only_a_part_says_so():
    config = shared_twice()[0].get_config()
    cut = next(
        entry for entry in config["layers"] if "shared" in entry.get("config", {}).get("layer", {})
    )
    with pytest.raises(ValueError, match="not described before"):
        layers.TimeDistributed.from_config(cut["config"])
