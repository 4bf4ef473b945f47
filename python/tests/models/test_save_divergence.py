"""Models that have diverged to NaN: what they may overwrite, and how they come back."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import martlet
from martlet import callbacks, layers, optimizers

safetensors = pytest.importorskip("safetensors.numpy")

SAMPLES = 37  # two groups of 16, and one that is not full


def data(seed=0):
    generator = np.random.default_rng(seed)
    return (
        generator.standard_normal((SAMPLES, 8, 8, 1)).astype(np.float32),
        generator.standard_normal((SAMPLES, 2)).astype(np.float32),
    )


def images():
    return martlet.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def sequences():
    return martlet.Sequential(
        [
            layers.Reshape((8, 8), input_shape=(8, 8, 1)),
            layers.LSTM(5, return_sequences=True),
            layers.LayerNormalization(),
            layers.GRU(4),
            layers.Dense(2),
        ]
    )


OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(0.05),
    "momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
    "nesterov": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(0.01, momentum=0.5),
    "adam": lambda: optimizers.Adam(0.01),
    "adamw": lambda: optimizers.AdamW(0.01),
    "schedule": lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.02, 3, 0.5)),
}


def compiled(make, optimizer):
    made = make()
    made.compile(OPTIMIZERS[optimizer](), "mse")
    return made


def diverge(model):
    """Trains on huge numbers, on from a weight that is NaN, so that all that can be is."""
    x, y = data()
    for layer in model.layers:
        for name in layer.built_weights.shapes:
            layer.built_weights.view(name, writable=True).flat[-1] = np.nan
    for _ in range(3):
        model.fit(x * 1e37, y, batch_size=16, verbose=0)
    assert np.isnan(model.layers[-1].kernel).any()


def finite(model):
    return all(np.isfinite(weight).all() for weight in model.weights)


def trained(model):
    x, y = data(1)
    model.fit(x, y, epochs=3, batch_size=16, shuffle=False, verbose=0)
    return [model.evaluate(x, y, verbose=0), *model.get_weights()]


def assert_same(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.fixture
def diverged():
    model = compiled(images, "adam")
    model.good = model.get_weights()
    diverge(model)
    return model


# --- Recovery


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("make", [images, sequences])
def test_a_diverged_model_with_good_weights_trains_like_a_fresh_one(make, optimizer):
    model, fresh = compiled(make, optimizer), compiled(make, optimizer)
    good = model.get_weights()
    fresh.set_weights(good)
    diverge(model)
    model.set_weights(good)
    assert_same(trained(model), trained(fresh))


def by_file(model, good, folder):
    giver = images()
    giver.set_weights(good)
    giver.save_weights(folder / "good.safetensors")
    model.load_weights(folder / "good.safetensors")


def by_layers(model, good, folder):
    rest = list(good)
    for layer in model.layers:
        count = len(layer.get_weights())
        layer.set_weights([rest.pop(0) for _ in range(count)])


def by_assignment(model, good, folder):
    rest = iter(good)
    for layer in model.layers:
        for name in layer.built_weights.shapes:
            layer.assign(name, next(rest))


@pytest.mark.parametrize("way", [by_file, by_layers, by_assignment])
def test_every_way_to_give_weights_recovers_a_model(tmp_path, diverged, way):
    fresh = compiled(images, "adam")
    fresh.set_weights(diverged.good)
    way(diverged, diverged.good, tmp_path)
    assert diverged.optimizer.iterations == 0
    assert_same(trained(diverged), trained(fresh))


def test_infinite_momentum_beside_finite_weights_is_forgotten_too():
    model = compiled(images, "rmsprop")
    good = model.get_weights()
    trained(model)
    slot = model.built_model.buffer(2, writable=True)
    slot[3] = np.inf
    assert finite(model)
    model.set_weights(good)
    assert (slot == 0).all()


def test_the_state_of_a_sound_model_is_kept():
    model = compiled(images, "adam")
    trained(model)
    slot = model.built_model.buffer(2).copy()
    assert slot.any()
    model.set_weights(model.get_weights())
    kept = model.built_model.buffer(2)
    np.testing.assert_array_equal(kept, slot)
    assert model.optimizer.iterations == 9


def test_a_model_that_borrows_its_layers_recovers_too():
    owner = images()
    borrower = martlet.Model(owner.input, owner.output)
    borrower.compile(OPTIMIZERS["adam"](), "mse")
    fresh = compiled(images, "adam")
    good = owner.get_weights()
    fresh.set_weights(good)
    diverge(borrower)
    owner.set_weights(good)
    assert_same(trained(borrower), trained(fresh))


def test_early_stopping_brings_back_a_model_that_trains():
    x, y = data()

    class Explode(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = 0.01 if epoch < 2 else 1e38

    model = compiled(images, "momentum")
    stopping = callbacks.EarlyStopping("loss", patience=4, restore_best_weights=True)
    model.fit(x, y, epochs=12, verbose=0, callbacks=[Explode(), stopping])
    assert finite(model)
    model.optimizer.learning_rate = 0.01
    model.fit(x, y, epochs=3, verbose=0)
    assert finite(model)


# --- Files


def test_nan_is_not_saved_over_good_weights(tmp_path, diverged):
    path = tmp_path / "w.safetensors"
    images().save_weights(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"conv2d/kernel holds NaN.*allow_nonfinite=True"):
        diverged.save_weights(path)
    assert path.read_bytes() == before
    with pytest.raises(ValueError, match="holds NaN"):
        diverged.save_weights(tmp_path / "new.safetensors")
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.safetensors"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_statistics_and_infinities_count_as_well(tmp_path, value):
    model = images()
    model.build((None, 8, 8, 1))
    model.layers[1].built_weights.view("moving_variance", writable=True)[-1] = value
    with pytest.raises(ValueError, match="batch_normalization/moving_variance"):
        model.save_weights(tmp_path / "w.safetensors")


def test_nan_is_saved_and_loaded_when_asked_for(tmp_path, diverged):
    path = tmp_path / "w.safetensors"
    diverged.save_weights(path, allow_nonfinite=True)
    model = images()
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"NaN.*allow_nonfinite=True"):
        model.load_weights(path)
    assert_same(model.weights, before)
    model.load_weights(path, allow_nonfinite=True)
    assert_same(model.weights, diverged.weights)
    assert not np.isfinite(safetensors.load_file(path)["conv2d/kernel"]).all()


@pytest.mark.parametrize("best_only", [True, False])
def test_a_checkpoint_keeps_the_last_good_file_and_warns_once(tmp_path, best_only):
    x, y = data()
    seen = []

    class Break(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                seen.append((tmp_path / "best.safetensors").read_bytes())
            if epoch >= 1:
                kernel = self.model.layers[0].built_weights.view("kernel", writable=True)
                kernel[...] = np.nan
                logs["score"] = float(epoch)
            else:
                logs["score"] = 0.0

    model = compiled(images, "adam")
    checkpoint = callbacks.ModelCheckpoint(
        tmp_path / "best.safetensors", "score", mode="max", save_best_only=best_only
    )
    with pytest.warns(UserWarning, match="conv2d/kernel holds NaN") as caught:
        model.fit(x, y, epochs=4, verbose=0, callbacks=[Break(), checkpoint])
    assert len([item for item in caught if "holds NaN" in str(item.message)]) == 1
    assert (tmp_path / "best.safetensors").read_bytes() == seen[0]
    model.load_weights(tmp_path / "best.safetensors")
    assert finite(model)
    if best_only:
        assert checkpoint.best == 0


def test_a_checkpoint_still_raises_what_else_goes_wrong(tmp_path):
    x, y = data()
    model = compiled(images, "adam")
    checkpoint = callbacks.ModelCheckpoint(tmp_path / "nowhere" / "w.safetensors")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        model.fit(x, y, verbose=0, callbacks=[checkpoint])


# --- Copies


@pytest.mark.parametrize("how", [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_diverged_model_can_be_copied(diverged, how):
    second = how(diverged)
    assert_same(second.weights, diverged.weights)
    second.set_weights(diverged.good)
    fresh = compiled(images, "adam")
    fresh.set_weights(diverged.good)
    assert_same(trained(second), trained(fresh))


def test_a_diverged_model_can_be_cloned(diverged):
    assert finite(martlet.models.clone_model(diverged))
