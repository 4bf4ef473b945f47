"""Topological order of the nodes of a network, and the names of its layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from martlet.graph.symbolic import EngineLayer, Node, SymbolicTensor


def paths(nodes: Sequence[Node]) -> dict[EngineLayer, str]:
    """Returns the layers of some nodes with their names after those of the models around them."""
    found: dict[EngineLayer, str] = {}
    for node in nodes:
        if node.layer not in found:
            names = [call.container.name for call in node.calls]
            found[node.layer] = "/".join([*names, node.layer.name])
    return found


def ordered(
    outputs: Sequence[SymbolicTensor], known: Callable[[Node], bool] = lambda node: False
) -> list[Node]:
    """Returns every node that `outputs` follow from, each after the nodes that it reads.

    The walk keeps its own stack, so that the depth of a network is not bounded by Python's.

    Args:
        outputs: Where to begin.
        known: Tells nodes to leave out, with all that they follow from alone.
    """
    done: dict[int, Node] = {}
    stack = [tensor.node for tensor in reversed(outputs) if not known(tensor.node)]
    while stack:
        node = stack[-1]
        waiting = [
            item.node for item in node.reads if id(item.node) not in done and not known(item.node)
        ]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            done.setdefault(id(node), node)
            stack.pop()
    return list(done.values())
