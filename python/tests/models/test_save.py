from __future__ import annotations

import copy
import os
import pickle
import sys

import numpy as np
import pytest

import martlet
from api_support import SHAPE, classifier, compiled, digits
from martlet import layers

safetensors = pytest.importorskip("safetensors.numpy")


def assert_same(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_come_back(tmp_path):
    model = classifier()
    path = tmp_path / "digits.safetensors"
    model.save_weights(path)
    second = classifier()
    second.load_weights(path)
    assert_same(second.weights, model.weights)
    assert os.listdir(tmp_path) == ["digits.safetensors"]


def test_other_programs_read_the_file(tmp_path):
    model = classifier()
    model.save_weights(tmp_path / "w.safetensors")
    tensors = safetensors.load_file(tmp_path / "w.safetensors")
    assert sorted(tensors) == ["dense/bias", "dense/kernel", "dense_1/bias", "dense_1/kernel"]
    np.testing.assert_array_equal(tensors["dense/kernel"], model.layers[1].kernel)


def test_files_of_other_programs_are_read(tmp_path):
    model = classifier()
    tensors = {
        f"{layer}/{name}": np.full(shape, number, np.float32)
        for number, (layer, name, shape) in enumerate(
            [
                ("dense_1", "bias", (4,)),
                ("dense", "kernel", (30, 16)),
                ("dense_1", "kernel", (16, 4)),
                ("dense", "bias", (16,)),
            ]
        )
    }
    safetensors.save_file(tensors, tmp_path / "w.safetensors", metadata={"by": "another"})
    model.load_weights(tmp_path / "w.safetensors")
    assert [weight.flat[0] for weight in model.weights] == [1, 3, 2, 0]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        classifier().save_weights(tmp_path / "nowhere" / "w.safetensors")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        classifier().load_weights(tmp_path / "w.safetensors")


def test_other_formats_are_not_pretended(tmp_path):
    with pytest.raises(ValueError, match="safetensors"):
        classifier().save_weights(tmp_path / "digits.weights.h5")


def damaged(path):
    path.write_bytes(path.read_bytes()[:-9])


def no_tensors(path):
    path.write_bytes(b"martlet" * 10)


def empty(path):
    path.write_bytes(b"")


def changed(**changes):
    def change(path):
        tensors = safetensors.load_file(path)
        for name, value in changes.items():
            key = name.replace("_", "/")
            tensors[key] = value(tensors.get(key))
        safetensors.save_file({k: v for k, v in tensors.items() if v is not None}, path)

    return change


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damaged, "damaged"),
        (no_tensors, "damaged"),
        (empty, "damaged"),
        (changed(dense_bias=lambda _: None), "Missing in the file: dense/bias"),
        (changed(extra=lambda _: np.zeros(1, np.float32)), "Unknown to the model: extra"),
        (changed(dense_kernel=lambda w: np.ascontiguousarray(w.T)), r"\[30, 16\].*\[16, 30\]"),
        (changed(dense_kernel=lambda w: w.astype(np.float64)), "F64"),
        (changed(dense_kernel=lambda w: w * np.float32(np.nan)), "NaN"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(tmp_path, harm, words):
    model = classifier()
    path = tmp_path / "w.safetensors"
    classifier().save_weights(path)
    harm(path)
    before = model.get_weights()
    with pytest.raises(ValueError, match=words):
        model.load_weights(path)
    assert_same(model.weights, before)


def test_the_library_is_not_needed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    classifier().save_weights(tmp_path / "w.safetensors")
    classifier().load_weights(tmp_path / "w.safetensors")


@pytest.mark.parametrize("how", [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_whole_models(how):
    model = compiled("adam")
    x, y = digits()
    model.fit(x, y, epochs=2, verbose=0)
    model.layers[1].trainable = False
    second = how(model)
    np.testing.assert_array_equal(second.predict(x), model.predict(x))
    assert second.metrics_names == ["loss", "accuracy"]
    assert not second.layers[1].trainable
    second.fit(x, y, verbose=0)
    assert (second.layers[3].kernel != model.layers[3].kernel).any()


def test_an_unbuilt_model_is_copied_too():
    model = martlet.Sequential([layers.Flatten(), layers.Dense(3)])
    assert not copy.deepcopy(model).built


def test_a_functional_model_is_copied_too():
    inputs = martlet.Input(SHAPE)
    model = martlet.Model(inputs, layers.Dense(2)(layers.Flatten()(inputs)))
    x = digits()[0]
    np.testing.assert_array_equal(copy.deepcopy(model).predict(x), model.predict(x))
