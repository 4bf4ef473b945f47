"""Layers with a `call` of their own."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, digits
from martlet import layers
from martlet.models.reports.summary import text


class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.denses = [layers.Dense(units, activation="relu"), layers.Dense(units)]

    def call(self, x):
        y = x
        for dense in self.denses:
            y = dense(y)
        return layers.ReLU()(x + y)


def stack_of_blocks(blocks=2, units=8):
    return martlet.Sequential(
        [
            layers.Flatten(input_shape=SHAPE),
            layers.Dense(units),
            *[Residual(units) for _ in range(blocks)],
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def compiled(model):
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class TestComposedLayers:
    def test_they_count_as_one(self):
        model = stack_of_blocks()
        names = [layer.name for layer in model.layers]
        assert names == ["flatten", "dense", "residual", "residual_1", "dense_1"]
        assert model.get_layer("residual_1").count_params() == 2 * (8 * 8 + 8)
        assert len(model.layers[2].weights) == 4
        assert "residual_1 (Residual)" in text(model)
        assert model.built_model.graph.paths[model.layers[3].denses[1]] == "residual_1/dense_1"

    def test_they_learn_and_freeze(self):
        model = compiled(stack_of_blocks())
        model.layers[2].trainable = False
        before = [layer.get_weights() for layer in model.layers]
        history = model.fit(*digits(256), epochs=30, verbose=0).history
        assert history["accuracy"][-1] > 0.9
        for index, (layer, weights) in enumerate(zip(model.layers, before, strict=True)):
            same = all(map(np.array_equal, layer.get_weights(), weights))
            assert same == (index in (0, 2))

    def test_configs_and_copies(self):
        model, x = stack_of_blocks(), digits()[0]
        twin = martlet.Sequential.from_config(model.get_config())
        twin.set_weights(model.get_weights())
        np.testing.assert_array_equal(twin.predict(x), model.predict(x))
        assert isinstance(twin.layers[2], Residual)
        np.testing.assert_array_equal(copy.deepcopy(model).predict(x), model.predict(x))

    def test_weights_are_set(self):
        model = stack_of_blocks()
        block = model.layers[2]
        ones = [np.ones_like(weights) for weights in block.get_weights()]
        block.set_weights(ones)
        assert all((weights == 1).all() for weights in block.weights)
        with pytest.raises(ValueError, match="expected 4 arrays"):
            block.set_weights(ones[:3])

    def test_built_when_its_input_is_known(self):
        class Late(layers.Layer):
            def build(self, input_shape):
                self.dense = layers.Dense(input_shape[-1])
                self.built = True

            def call(self, x, training=None):
                return x + self.dense(x)

        model = martlet.Sequential([layers.Input((5,)), Late(), Late()])
        assert model.count_params() == 2 * 30
        assert model.output_shape == (None, 5)

    def test_arithmetic_of_ones_own_is_refused(self):
        class Custom(layers.Layer):
            def build(self, input_shape):
                self.w = self.add_weight(shape=(3, 3))

            def call(self, x):
                return x

        with pytest.raises(NotImplementedError, match=r'Custom "custom".*layers that exist'):
            Custom()(martlet.Input((3,)))
        with pytest.raises(TypeError, match="engine runs Dense"):
            type("Mine", (layers.Dense,), {"call": lambda self, x: x})

    def test_errors_name_the_way_to_the_layer(self):
        class Bad(layers.Layer):
            def call(self, x):
                return x if x > 0 else -x

        class Outer(martlet.Model):
            def __init__(self):
                super().__init__()
                self.bad = Bad(name="inner")

            def call(self, x):
                return self.bad(x)

        with pytest.raises(TypeError, match='Outer "outer" > Bad "inner"'):
            Outer().build((None, 3))
