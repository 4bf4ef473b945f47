"""PyTorch with images and weights laid out channels-last, which its convolutions prefer."""

from networks import Network
from peers.base import UnsupportedError
from peers.torch_base import TorchPeer, is_convolutional


class Peer(TorchPeer):
    label = "PyTorch channels-last"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        if not is_convolutional(network):
            raise UnsupportedError("no convolution to lay out")
        return ("channels-last, default optimiser", "channels-last, fused optimiser")
