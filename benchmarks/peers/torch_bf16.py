"""PyTorch with bfloat16 arithmetic by autocast: quicker where a machine has it, less exact."""

from networks import Network
from peers.torch_base import TorchPeer, is_convolutional


class Peer(TorchPeer):
    label = "PyTorch bf16"
    autocast = True

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        plain, compiled = "fused optimiser", "compiled, fused optimiser"
        if is_convolutional(network):
            return (plain, compiled, f"channels-last, {plain}", f"channels-last, {compiled}")
        return (plain, f"{plain}, one thread", compiled)
