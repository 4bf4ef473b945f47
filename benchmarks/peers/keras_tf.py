"""Keras on TensorFlow: `fit` or `train_on_batch`, with XLA or without, one or many steps a call."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import networks
from digits import Digits, Floats
from networks import Network
from peers.base import BasePeer, Predictor

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import tensorflow as tf
from keras import layers


def apply(lines: Sequence[networks.Layer], x: Any) -> Any:
    """Applies the layers to a symbolic tensor."""
    for line in lines:
        if isinstance(line, networks.Residual):
            x = layers.Add()([apply(line.body, x), apply(line.shortcut, x)])
        else:
            x = layer(line)(x)
    return x


def layer(line: networks.Layer) -> keras.Layer:
    match line:
        case networks.Conv2D(filters, kernel, strides, padding, activation, use_bias):
            return layers.Conv2D(
                filters, kernel, strides, padding, activation=activation, use_bias=use_bias
            )
        case networks.Dense(units, activation):
            return layers.Dense(units, activation)
        case networks.Dropout(rate):
            return layers.Dropout(rate)
        case networks.BatchNormalization(momentum):
            return layers.BatchNormalization(momentum=momentum)
        case networks.LSTM(units):
            return layers.LSTM(units)
    return getattr(layers, type(line).__name__)()


class Peer(BasePeer):
    label = "Keras + TensorFlow"
    threads_set = False

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        calls = ("fit", "fit, 10 steps a call", "train_on_batch")
        return tuple(f"{call}, {xla}" for xla in ("plain", "XLA") for call in calls)

    @classmethod
    def version(cls) -> str:
        return f"keras {keras.__version__}, tensorflow {tf.__version__}"

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        self.set_threads(threads)
        keras.utils.set_random_seed(0)
        inputs = keras.Input(network.input_shape)
        self.model = keras.Model(inputs, apply(network.layers, inputs))
        rule = network.optimizer
        self.model.compile(
            keras.optimizers.Adam(rule.learning_rate)
            if isinstance(rule, networks.Adam)
            else keras.optimizers.SGD(rule.learning_rate, rule.momentum),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            jit_compile="XLA" in way,
            steps_per_execution=10 if "10 steps" in way else 1,
        )
        self.x, self.y = digits.x_train, digits.y_train
        self.batch_size, self.order = batch_size, np.random.default_rng(0)
        self.by_batch = "train_on_batch" in way

    @classmethod
    def set_threads(cls, threads: int) -> None:
        if not cls.threads_set:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
            cls.threads_set = True

    def train(self, rows: int) -> None:
        if not self.by_batch:
            x, y = self.x[:rows], self.y[:rows]
            self.model.fit(x, y, self.batch_size, epochs=1, verbose=0, shuffle=True)
            return
        order = self.order.permutation(rows)
        for start in range(0, rows, self.batch_size):
            index = order[start : start + self.batch_size]
            self.model.train_on_batch(self.x[index], self.y[index])

    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        x = tf.constant(images)

        def called(call: Any, chunk: int) -> Any:
            if len(images) <= chunk:
                return call(x).numpy()
            parts = range(0, len(images), chunk)
            return tf.concat([call(x[start : start + chunk]) for start in parts], 0).numpy()

        def call(images: Any) -> Any:
            return self.model(images, training=False)

        plain, compiled = tf.function(call), tf.function(call, jit_compile=True)
        chunk = min(1000, len(images))
        return {
            "tf.function": lambda: called(plain, chunk),
            "tf.function with XLA": lambda: called(compiled, chunk),
            "predict": lambda: self.model.predict(images, batch_size=chunk, verbose=0),
            "predict_on_batch": lambda: self.model.predict_on_batch(images),
        }

    def parameter_count(self) -> int:
        return sum(int(np.prod(weight.shape)) for weight in self.model.trainable_weights)
