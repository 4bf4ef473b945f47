"""Models and layers with a `call` of their own, and models inside models."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, digits
from martlet import layers


class Net(martlet.Model):
    def __init__(self, units=16, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.flatten = layers.Flatten()
        self.hidden = layers.Dense(units, activation="relu")
        self.dropout = layers.Dropout(rate)
        self.scores = layers.Dense(CLASSES, activation="softmax")

    def call(self, x, training=None, mask=None):
        x = self.hidden(self.flatten(x))
        if training:
            x = self.dropout(x, training=training)
        return self.scores(x)


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


class TestSubclasses:
    def test_it_is_the_same_network(self):
        net, x = Net(), digits()[0]
        net.build((None, *SHAPE))
        stack = martlet.Sequential(
            [
                layers.Flatten(input_shape=SHAPE),
                layers.Dense(16, activation="relu"),
                layers.Dense(CLASSES, activation="softmax"),
            ]
        )
        stack.set_weights(net.get_weights())
        np.testing.assert_array_equal(net.predict(x), stack.predict(x))
        np.testing.assert_array_equal(net(x[:5]), stack.predict(x[:5]))
        assert net.count_params() == stack.count_params()

    def test_it_learns_from_the_first_data(self):
        net = compiled(Net(rate=0.1))
        assert not net.built
        history = net.fit(*digits(256), epochs=40, verbose=0).history
        assert history["accuracy"][-1] > 0.9
        assert "dropout" in str(net.plan())
        assert [layer.name for layer in net.layers] == ["flatten", "dense", "dropout", "dense_1"]
        assert net.get_layer("dense_1") is net.scores
        assert net.name == "net"

    def test_weights_go_through_a_file(self, tmp_path):
        net, other, x = Net(), Net(), digits()[0]
        for model in (net, other):
            model.build((None, *SHAPE))
        net.save_weights(tmp_path / "net.safetensors")
        other.load_weights(tmp_path / "net.safetensors")
        np.testing.assert_array_equal(net.predict(x), other.predict(x))

    def test_copies(self):
        net, x = compiled(Net(units=7)), digits()[0]
        net.predict(x)
        for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
            np.testing.assert_array_equal(twin.predict(x), net.predict(x))
            twin.fit(*digits(), verbose=0)
        clone = martlet.models.clone_model(net)
        assert clone.hidden.units == 7
        assert clone.get_config() == net.get_config()

    def test_freezing(self):
        net = compiled(Net())
        net.build((None, *SHAPE))
        net.hidden.trainable = False
        before = net.get_weights()
        net.fit(*digits(), verbose=0)
        same = [np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True)]
        assert same == [True, True, False, False]
        assert len(net.trainable_weights) == 2
        net.trainable = False
        assert not net.trainable_weights

    def test_several_inputs_and_outputs(self):
        class Twins(martlet.Model):
            def __init__(self):
                super().__init__()
                self.shared = layers.Dense(3)

            def call(self, inputs):
                left, right = self.shared(inputs["left"]), self.shared(inputs["right"])
                return {"sum": left + right, "product": left * right}

        model = Twins()
        data = {name: np.random.default_rng(1).normal(size=(9, 4)) for name in ("left", "right")}
        result = model.predict(data)
        a, b = (data[name] @ model.shared.kernel for name in ("left", "right"))
        np.testing.assert_allclose(result["sum"], a + b, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(result["product"], a * b, rtol=1e-4, atol=1e-5)
        model.compile("sgd", {"sum": "mse", "product": "mae"})
        targets = {"product": np.ones((9, 3)), "sum": np.ones((9, 3))}
        history = model.fit(data, targets, verbose=0).history
        assert set(history) == {"loss", "sum_loss", "product_loss"}

    def test_used_in_another_model(self):
        net, x = Net(name="inner"), digits()[0]
        inputs = martlet.Input((30,))
        outer = martlet.Model(inputs, net(layers.Reshape(SHAPE)(inputs)))
        assert [layer.name for layer in outer.layers][-1] == "inner"
        np.testing.assert_array_equal(net.predict(x), outer.predict(x.reshape(-1, 30)))

    def test_values_cannot_decide(self):
        def refuse(call, *words):
            class Bad(martlet.Model):
                def __init__(self):
                    super().__init__(name="bad")
                    self.dense = layers.Dense(3, name="inside")

            Bad.call = call
            with pytest.raises(TypeError) as caught:
                Bad().build((None, 3))
            for word in ('Bad "bad"', "call()", *words):
                assert word in str(caught.value)

        refuse(lambda self, x: self.dense(x) if self.dense(x) else x, "if", 'Dense "inside"')
        refuse(lambda self, x: self.dense(x) if self.dense(x) > 0 else x, "compare")
        refuse(lambda self, x: self.dense(x) * float(self.dense(x)), "float")
        refuse(lambda self, x: list(self.dense(x)), "iterate")
        refuse(lambda self, x: self.dense(np.asarray(self.dense(x))), "NumPy array")
        refuse(lambda self, x: np.tanh(self.dense(x)), "numpy.tanh")
        refuse(lambda self, x: self.dense(x)[:, 0], "[...]")
        refuse(lambda self, x: None, "must return a symbolic tensor", "NoneType")

    def test_training_may_leave_out_dropout_only(self):
        class Bad(martlet.Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(3)

            def call(self, x, training=False):
                return self.dense(x) if training else layers.Softmax()(self.dense(x))

        with pytest.raises(ValueError, match="training is True"):
            Bad().build((None, 3))

    def test_layers_must_be_kept(self):
        class Bad(martlet.Model):
            def call(self, x):
                return layers.Dense(3)(x)

        with pytest.raises(ValueError, match=r'Bad "bad".*Dense "dense".*__init__'):
            Bad().build((None, 3))

    def test_what_cannot_be_a_subclass(self):
        with pytest.raises(TypeError, match="train_step"):
            type("Bad", (martlet.Model,), {"train_step": lambda self, data: None})
        with pytest.raises(TypeError, match="symbolic tensors"):
            martlet.Model()

    def test_another_shape_needs_another_model(self):
        net = Net()
        net.build((None, *SHAPE))
        with pytest.raises(ValueError, match="already"):
            net.build((None, 3, 3))


class TestComposedLayers:
    def test_they_count_as_one(self):
        model = stack_of_blocks()
        names = [layer.name for layer in model.layers]
        assert names == ["flatten", "dense", "residual", "residual_1", "dense_1"]
        assert model.get_layer("residual_1").count_params() == 2 * (8 * 8 + 8)
        assert len(model.layers[2].weights) == 4
        assert "residual_1 (Residual)" in martlet.models.summary.text(model)
        assert model.engine.graph.paths[model.layers[3].denses[1]] == "residual_1/dense_1"

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


def encoder(name=None):
    inputs = martlet.Input((6,))
    return martlet.Model(inputs, layers.Dense(3, activation="tanh")(inputs), name=name)


class TestModelsInsideModels:
    def test_siamese(self):
        shared = encoder("encoder")
        left, right = martlet.Input((6,), name="left"), martlet.Input((6,), name="right")
        apart = layers.Dense(1, activation="sigmoid")(
            layers.subtract([shared(left), shared(right)])
        )
        model = martlet.Model([left, right], apart)
        assert [part.name for part in model.layers] == [
            "left",
            "right",
            "encoder",
            "subtract",
            "dense",
        ]
        assert model.count_params() == shared.count_params() + 4
        assert model.get_layer("encoder") is shared
        optimizer = martlet.optimizers.Adam(learning_rate=0.02)
        model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
        x = np.random.default_rng(0).normal(size=(2, 200, 6)).astype(np.float32)
        y = (x[0, :, 0] > x[1, :, 0]).astype(np.float32)
        before = shared.get_weights()
        history = model.fit({"right": x[1], "left": x[0]}, y, epochs=60, verbose=0).history
        assert history["accuracy"][-1] > 0.9
        assert not np.array_equal(before[0], shared.get_weights()[0])
        twin = martlet.models.clone_model(model)
        twin.set_weights(model.get_weights())
        np.testing.assert_array_equal(twin.predict([*x]), model.predict([*x]))
        assert len(twin.layers) == 5

    def test_two_towers_may_name_their_layers_alike(self, tmp_path):
        a, b = martlet.Input((6,)), martlet.Input((6,))
        model = martlet.Model([a, b], layers.concatenate([encoder()(a), encoder()(b)]))
        names = [part.name for part in model.layers]
        assert names[2:] == ["functional", "functional_1", "concatenate"]
        paths = set(model.engine.graph.paths.values())
        assert {"functional/dense", "functional_1/dense"} < paths
        model.save_weights(tmp_path / "towers.safetensors")
        before = model.get_weights()
        model.set_weights([np.zeros_like(weights) for weights in before])
        model.load_weights(tmp_path / "towers.safetensors")
        for now, then in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)

    def test_frozen_as_one(self):
        inner = encoder()
        inner.trainable = False
        model = martlet.Sequential([layers.Input((6,)), inner, layers.Dense(2)])
        assert [type(part).__name__ for part in model.layers] == ["Model", "Dense"]
        model.compile("sgd", "mse")
        before = inner.get_weights()
        model.fit(np.ones((8, 6)), np.ones((8, 2)), verbose=0)
        for now, then in zip(inner.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)
        assert len(model.trainable_weights) == 2

    def test_an_autoencoder_of_two_stacks(self):
        coder = martlet.Sequential([layers.Dense(3, activation="tanh")], name="coder")
        decoder = martlet.Sequential([layers.Dense(6)], name="decoder")
        inputs = martlet.Input((6,))
        model = martlet.Model(inputs, decoder(coder(inputs)))
        model.compile("adam", "mse")
        x = np.random.default_rng(0).normal(size=(64, 6)).astype(np.float32)
        losses = model.fit(x, x, epochs=30, verbose=0).history["loss"]
        assert losses[-1] < losses[0]
        codes = coder.predict(x)
        np.testing.assert_allclose(decoder.predict(codes), model.predict(x), rtol=1e-4, atol=1e-6)
        rebuilt = martlet.Model.from_config(model.get_config())
        assert [part.name for part in rebuilt.layers][1:] == ["coder", "decoder"]

    def test_inference_always(self):
        inner = martlet.Sequential([layers.Input((6,)), layers.Dropout(0.5)])
        x = martlet.Input((6,))
        quiet = martlet.Model(x, layers.Dense(1)(inner(x, training=False)))
        loud = martlet.Model(x, layers.Dense(1)(inner(x)))
        for model, is_loud in ((quiet, False), (loud, True)):
            model.compile("sgd", "mse")
            assert ("dropout" in str(model.plan())) == is_loud
            twin = martlet.Model.from_config(model.get_config())
            twin.compile("sgd", "mse")
            assert ("dropout" in str(twin.plan())) == is_loud
        with pytest.raises(ValueError, match="training=None or False"):
            layers.Dropout(0.5)(x, training=True)

    def test_dictionaries_of_inputs_and_outputs(self):
        a, b = martlet.Input((3,)), martlet.Input((3,))
        model = martlet.Model({"a": a, "b": b}, {"sum": a + b, "difference": a - b})
        x = {"b": np.ones((4, 3)), "a": np.full((4, 3), 2.0)}
        result = model.predict(x)
        np.testing.assert_allclose(result["sum"], 3)
        np.testing.assert_allclose(result["difference"], 1)
        again = model({"a": a, "b": b})
        assert set(again) == {"sum", "difference"}
        copy_ = martlet.Model.from_config(model.get_config())
        np.testing.assert_allclose(copy_.predict(x)["difference"], 1)

    def test_what_is_inside_a_call_can_be_reached(self):
        inner = encoder("inner")
        x = martlet.Input((6,))
        outer = martlet.Model(x, layers.Dense(2)(inner(x)))
        assert outer.output_shape == (None, 2)
        part = martlet.Model(inner.input, inner.layers[1].output)
        values = np.ones((2, 6))
        np.testing.assert_array_equal(part.predict(values), inner.predict(values))
