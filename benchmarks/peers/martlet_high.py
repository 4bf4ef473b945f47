"""Martlet with products of 16 bits: `set_float32_matmul_precision("high")`."""

from __future__ import annotations

import martlet

from digits import Digits
from networks import Network
from peers import martlet_peer
from peers.base import UnsupportedError


class Peer(martlet_peer.Peer):
    label = "Martlet high"
    precision = "high"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        if "Conv2D" not in martlet_peer.names(network.layers):
            raise UnsupportedError("precision concerns convolutions alone")
        if martlet.info()["matrix_engine"] is None:
            raise UnsupportedError("this processor has no matrix engine")
        return super().ways(network)

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        martlet.set_float32_matmul_precision(self.precision)
        super().__init__(way, network, digits, batch_size, threads)
