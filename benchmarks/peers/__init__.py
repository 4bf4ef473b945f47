"""The libraries compared, one file each.

A file defines `class Peer(BasePeer)`; its module name is what `--peers` calls it. Martlet comes
first: the ratios are to it.
"""

PEERS = (
    "martlet_peer",
    "martlet_high",
    "martlet_bf16",
    "torch_eager",
    "torch_channels_last",
    "torch_compile",
    "torch_bf16",
    "keras_tf",
    "jax_jit",
    "sklearn_mlp",
)


def chosen(names: str | None) -> tuple[str, ...]:
    """The peers whose names begin with one of the comma-separated `names`; Martlet always leads.

    Args:
        names: Such as "torch,jax" or "martlet_peer"; None for all.

    Raises:
        ValueError: A name fits no peer.
    """
    if names is None:
        return PEERS
    prefixes = tuple(name.strip() for name in names.split(","))
    for prefix in prefixes:
        if not any(peer.startswith(prefix) for peer in PEERS):
            known = ", ".join(PEERS)
            raise ValueError(f"expected peers out of {known}; received {prefix!r}")
    return PEERS[:1] + tuple(peer for peer in PEERS[1:] if peer.startswith(prefixes))
