"""A model around one layer whose inputs are weights, so that they get gradients too."""

from __future__ import annotations

from typing import Any

import numpy as np

import martlet
from martlet import layers


class Network:
    """`Dense` without a bias on the rows of a unit matrix gives its weights: the images.

    Their gradient is that of the tested layer's input, image by image.
    """

    def __init__(self, case: Any) -> None:
        self.layer = case.layer()
        source = np.random.default_rng(len(str(case)))
        count = int(np.prod(case.shape))
        images = layers.Dense(count, use_bias=False)
        self.model = martlet.Sequential(
            [layers.Input((case.batch,)), images, layers.Reshape(case.shape), self.layer]
        )
        self.output_shape = self.model.output_shape[1:]
        self.model.add(layers.Flatten())
        self.model.compile("sgd", "mse")
        self.x = source.normal(size=(case.batch, *case.shape)).astype(np.float32)
        images.assign("kernel", self.x.reshape(case.batch, count))
        self.images = images
        # Sums of about 1: far beyond, tanh and softmax are so flat that float32 loses their slope.
        self.weights = [
            (source.normal(size=w.shape) / np.sqrt(w[..., 0].size)).astype(np.float32)
            for w in self.layer.get_weights()
        ]
        self.layer.set_weights(self.weights)
        self.unit = np.eye(case.batch, dtype=np.float32)
        self.targets = source.normal(size=(case.batch, *self.output_shape)).astype(np.float32)

    def output_gradient(self, y):
        """That of the mean squared error."""
        return 2 * (y - self.targets) / y.size

    def results(self) -> dict[str, Any]:
        """What the engine makes of it: y, dx and the gradient of every weight."""
        y = self.model.predict(self.unit).reshape(self.targets.shape)
        flat = self.targets.reshape(len(self.unit), -1)
        # Twice, for what the first pass leaves in the engine's memory must not add up.
        for _ in range(2):
            self.model.compute_gradients(self.unit, flat, training=False)
        dx = self.images.gradients["kernel"].reshape(self.x.shape).copy()
        gradients = {f"d{name}": view.copy() for name, view in self.layer.gradients.items()}
        return {"y": y, "dx": dx, **gradients}

    def named(self, y, dx, dweights) -> dict[str, Any]:
        """Numbers from elsewhere under the names that `results` uses."""
        names = [f"d{name}" for name in self.layer.gradients]
        return {"y": y, "dx": dx, **dict(zip(names, dweights, strict=True))}


def assert_close(received, expected, tolerance):
    """Compares with the largest number as the measure: sums of both signs lose digits."""
    for name, array in expected.items():
        assert received[name].shape == array.shape, name
        bound = tolerance * max(np.abs(array).max(), 1e-6)
        np.testing.assert_allclose(received[name], array, rtol=0, atol=bound, err_msg=name)
