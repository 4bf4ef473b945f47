"""Keras's MNIST tutorials run with only their import lines changed."""

from __future__ import annotations

import os

import numpy as np
import pytest

from martlet import layers
from martlet.callbacks import EarlyStopping
from martlet.datasets import mnist
from martlet.models import Sequential
from martlet.optimizers import Adam
from martlet.utils import set_random_seed, to_categorical

real_digits = pytest.mark.skipif(
    "MARTLET_DATA" not in os.environ, reason="needs MNIST's files: set MARTLET_DATA"
)


@pytest.fixture
def images(monkeypatch):
    """(x_train, y_train), (x_test, y_test) of MNIST's shapes, in place of `mnist.load_data`."""
    generator = np.random.default_rng(3)
    prototypes = generator.integers(0, 256, size=(10, 28, 28))

    def part(count):
        labels = generator.integers(0, 10, size=count, dtype=np.uint8)
        noise = generator.integers(-40, 40, size=(count, 28, 28))
        return np.clip(prototypes[labels] + noise, 0, 255).astype(np.uint8), labels

    data = part(1000), part(200)
    monkeypatch.setattr(mnist, "load_data", lambda: data)


def test_dense_tutorial_with_one_hot_labels(images, capsys):
    num_classes = 10
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.reshape(-1, 784).astype("float32") / 255
    x_test = x_test.reshape(-1, 784).astype("float32") / 255
    y_train = to_categorical(y_train, num_classes)
    y_test = to_categorical(y_test, num_classes)

    model = Sequential()
    model.add(layers.Dense(512, activation="relu", input_shape=(784,)))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(num_classes, activation="softmax"))
    model.summary()
    model.compile(
        loss="categorical_crossentropy", optimizer=Adam(learning_rate=0.001), metrics=["accuracy"]
    )
    history = model.fit(
        x_train, y_train, batch_size=128, epochs=3, verbose=1, validation_data=(x_test, y_test)
    )
    score = model.evaluate(x_test, y_test, verbose=0)

    assert score[1] > 0.95
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history.history["val_accuracy"][-1] == pytest.approx(score[1])
    assert "669,706" in capsys.readouterr().out


def test_beginner_tutorial_with_integer_labels(images):
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train, x_test = x_train / 255.0, x_test / 255.0
    model = Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10),
        ]
    )
    predictions = model(x_train[:1])
    assert predictions.shape == (1, 10)

    from martlet.losses import SparseCategoricalCrossentropy

    loss_fn = SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss_fn, metrics=["accuracy"])
    model.fit(
        x_train,
        y_train,
        epochs=5,
        validation_split=0.1,
        callbacks=[EarlyStopping(patience=2, restore_best_weights=True)],
    )
    assert model.evaluate(x_test, y_test, verbose=2)[1] > 0.95

    probability_model = Sequential([model, layers.Softmax()])
    probabilities = probability_model(x_test[:5])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), model(x_test[:5]).argmax(axis=1))


@real_digits
def test_a_newcomer_reaches_975_on_mnist():
    set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    model = Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    # After five epochs one seed in three is still a hair below.
    history = model.fit(
        x_train / 255.0, y_train, epochs=8, batch_size=64, validation_split=0.1, verbose=0
    )
    assert model.evaluate(x_test / 255.0, y_test, verbose=0)[1] >= 0.975
    assert history.history["val_accuracy"][-1] >= 0.975
