"""Martlet with bfloat16 products, to be compared with other libraries' bfloat16."""

from __future__ import annotations

from peers import martlet_high


class Peer(martlet_high.Peer):
    label = "Martlet bf16"
    precision = "medium"
