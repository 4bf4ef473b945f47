from __future__ import annotations

import numpy as np
import pytest

import martlet
from api_support import CLASSES, SHAPE, classifier, compiled, digits
from martlet import layers


def test_built_when_the_shape_is_known():
    assert classifier().built
    assert martlet.Sequential([layers.Input(SHAPE), layers.Flatten()]).built
    late = martlet.Sequential([layers.Flatten(), layers.Dense(CLASSES)])
    assert not late.built
    late.build((None, *SHAPE))
    assert late.output_shape == (None, CLASSES)
    with pytest.raises(ValueError, match="already"):
        late.build((None, 9, 9))


@pytest.mark.parametrize("method", ["fit", "train_on_batch"])
def test_built_by_the_first_data(method):
    model = martlet.Sequential([layers.Flatten(), layers.Dense(CLASSES, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    getattr(model, method)(*digits())
    assert model.input_shape == (None, *SHAPE)


def test_predict_builds_too():
    assert martlet.Sequential([layers.Dense(2)]).predict(np.ones((5, 3))).shape == (5, 2)


def test_a_failed_build_can_be_tried_again():
    model = martlet.Sequential([layers.Reshape((2, 3))])
    with pytest.raises(ValueError, match="Reshape"):
        model.predict(np.ones((4, 5)))
    assert model.predict(np.ones((4, 6))).shape == (4, 2, 3)


def test_layers_are_added_and_taken_off():
    model = martlet.Sequential(name="stack")
    model.add(layers.Dense(8, input_shape=(5,)))
    model.add(layers.Dense(3))
    kernel = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)
    model.layers[0].assign("kernel", kernel)
    assert model.output_shape == (None, 3)
    model.add(layers.ReLU())
    assert (model.predict(np.ones((9, 5))) >= 0).all()
    model.pop()
    model.pop()
    model.add(layers.Dense(4))
    assert model.output_shape == (None, 4)
    assert [layer.name for layer in model.layers] == ["dense", "dense_1"]
    model.get_weights()
    np.testing.assert_array_equal(model.layers[0].kernel, kernel)


def test_layers_added_after_compile_are_trained():
    model = compiled()
    model.pop()
    model.add(layers.Dense(CLASSES, activation="softmax"))
    before = model.get_weights()
    model.fit(*digits(), verbose=0)
    assert all((now != then).any() for now, then in zip(model.weights, before, strict=True))


def test_models_stand_among_layers():
    inner = martlet.Sequential([layers.Dense(4, name="inside"), layers.ReLU()])
    outer = martlet.Sequential([layers.Input((3,)), inner, layers.Dense(2)])
    assert outer.layers[0] is inner
    assert [layer.name for layer in outer.layers] == ["sequential", "dense"]
    assert outer.predict(np.ones((2, 3))).shape == (2, 2)
    twin = martlet.Sequential.from_config(outer.get_config())
    assert [layer.name for layer in twin.layers[0].layers] == ["inside", "re_lu"]


def test_a_layer_stands_once():
    layer = layers.Dense(3)
    with pytest.raises(ValueError, match="already"):
        martlet.Sequential([layer, layer])


def test_get_layer():
    model = classifier()
    assert model.get_layer("dense_1") is model.layers[3]
    assert model.get_layer(index=0) is model.layers[0]
    with pytest.raises(ValueError, match='"dense_1"'):
        model.get_layer("dense_11")
    with pytest.raises(ValueError, match="index 9"):
        model.get_layer(index=9)


def test_summary(capsys):
    classifier().summary()
    text = capsys.readouterr().out
    assert "dense_1 (Dense)" in text
    assert "(None, 16)" in text
    assert "Total params: 564 (2.20 KB)" in text
    lines = []
    model = classifier()
    model.layers[1].trainable = False
    model.summary(print_fn=lines.append)
    assert "Non-trainable params: 496 (1.94 KB)" in lines


def test_summary_before_building():
    lines = []
    martlet.Sequential([layers.Dense(3)]).summary(print_fn=lines.append)
    assert any("not known yet" in line for line in lines)


def test_repr_html_is_escaped():
    model = martlet.Sequential([layers.Dense(2, name="<b>", input_shape=(3,))], name="<i>")
    html = model._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert repr(model) == '<Sequential "<i>": 1 layers, 8 parameters>'
