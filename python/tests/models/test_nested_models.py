"""Models inside models."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers


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
        paths = set(model.built_model.graph.paths.values())
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
