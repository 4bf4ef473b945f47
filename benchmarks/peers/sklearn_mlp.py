"""scikit-learn's MLPClassifier: dense networks only, and without dropout, which it lacks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import networks
from digits import Digits, Floats
from networks import Network
from peers.base import BasePeer, Predictor, UnsupportedError

KNOWN = (networks.Flatten, networks.Dense, networks.Dropout)


class Peer(BasePeer):
    label = "scikit-learn (no dropout)"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        if not all(isinstance(layer, KNOWN) for layer in network.layers):
            raise UnsupportedError("MLPClassifier has dense layers only")
        return ("all threads", "one thread")

    @classmethod
    def version(cls) -> str:
        return f"scikit-learn {sklearn.__version__}"

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        self.threads = 1 if way == "one thread" else threads
        dense = [layer.units for layer in network.layers if isinstance(layer, networks.Dense)]
        adam = isinstance(network.optimizer, networks.Adam)
        self.model = MLPClassifier(
            dense[:-1],
            solver="adam" if adam else "sgd",
            alpha=0,
            batch_size=batch_size,
            learning_rate_init=network.optimizer.learning_rate,
            random_state=0,
        )
        self.x = digits.x_train.reshape(len(digits.x_train), -1)
        self.y = digits.y_train

    def train(self, rows: int) -> None:
        with threadpool_limits(self.threads):
            self.model.partial_fit(self.x[:rows], self.y[:rows], classes=np.arange(10))

    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        x = images.reshape(len(images), -1)
        return {"predict_proba": lambda: self.model.predict_proba(x)}

    def parameter_count(self) -> int:
        return sum(array.size for array in (*self.model.coefs_, *self.model.intercepts_))
