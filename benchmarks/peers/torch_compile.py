"""PyTorch with the model compiled; compilation happens in the warm-up and is not timed."""

from networks import Network
from peers.torch_base import TorchPeer, is_convolutional


class Peer(TorchPeer):
    label = "PyTorch compile"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        plain = "compiled, fused optimiser"
        other = f"channels-last, {plain}" if is_convolutional(network) else f"{plain}, one thread"
        return (plain, other)
