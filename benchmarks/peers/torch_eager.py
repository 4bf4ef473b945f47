"""PyTorch as most programs use it: eager, channels first."""

from networks import Network
from peers.torch_base import TorchPeer


class Peer(TorchPeer):
    label = "PyTorch eager"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        return ("default optimiser", "fused optimiser", "fused optimiser, one thread")
