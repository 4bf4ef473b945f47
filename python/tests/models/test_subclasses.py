"""Models with a `call` of their own."""

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
