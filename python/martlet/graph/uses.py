"""Nested view of a network, in which a call of a model or composed layer counts as one."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import NamedTuple

from martlet.graph.part import Part
from martlet.graph.symbolic import Node, SymbolicTensor
from martlet.graph.tracing import Call

Use = Node | Call


def uses_in_order(nodes: Sequence[Node], outputs: Sequence[SymbolicTensor]) -> list[Use]:
    """Returns the outermost uses, each after those that it reads.

    Where somebody reads what is inside of a call, calls cannot stand for what they contain: then
    the nodes themselves are returned.
    """
    if not any(node.calls for node in nodes):
        return list(nodes)
    use_of = {id(node): node.calls[0] if node.calls else node for node in nodes}
    uses: list[Use] = list({id(use): use for use in use_of.values()}.values())
    if not _is_closed(nodes, outputs, use_of):
        return list(nodes)
    return _sorted(uses, use_of)


class Place(NamedTuple):
    """Where a tensor comes from: which use of a part, and which of its outputs."""

    use: int
    output: int


class Level(NamedTuple):
    """One use of a part, what it reads, and the keys of its inputs if they were a dictionary."""

    part: Part
    read: list[Place]
    keys: Sequence[str] | None


def levels(uses: Sequence[Use]) -> list[Level]:
    """Returns every use with what it reads."""
    places: dict[int, Place] = {}
    entries: list[Level] = []
    for index, use in enumerate(uses):
        read = [places[id(tensor)] for tensor in use.inputs]
        keys = None if isinstance(use, Node) else use.keys
        entries.append(Level(part_of(use), read, keys))
        for output, tensor in enumerate(use.outputs):
            places.setdefault(id(tensor), Place(index, output))
    return entries


def _is_closed(
    nodes: Sequence[Node], outputs: Sequence[SymbolicTensor], use_of: dict[int, Use]
) -> bool:
    """Whether tensors come out of calls and go into them only where these say so."""
    given = {id(use): {id(tensor) for tensor in use.outputs} for use in use_of.values()}
    read = {id(use): {id(tensor) for tensor in _reads(use)} for use in use_of.values()}
    for node in nodes:
        mine = use_of[id(node)]
        for tensor in node.reads:
            source = use_of[id(tensor.node)]
            if source is not mine and not (
                id(tensor) in given[id(source)] and id(tensor) in read[id(mine)]
            ):
                return False
    known = all(id(tensor.node) in use_of for use in use_of.values() for tensor in use.inputs)
    return known and all(id(tensor) in given[id(use_of[id(tensor.node)])] for tensor in outputs)


def _sorted(uses: list[Use], use_of: dict[int, Use]) -> list[Use]:
    """Sorts by what reads what; otherwise keeps the order."""
    number = {id(use): index for index, use in enumerate(uses)}
    readers: list[set[int]] = [set() for _ in uses]
    waiting = [0] * len(uses)
    for index, use in enumerate(uses):
        for source in {number[id(use_of[id(tensor.node)])] for tensor in _reads(use)} - {index}:
            readers[source].add(index)
            waiting[index] += 1
    ready = [index for index, count in enumerate(waiting) if not count]
    order: list[Use] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(uses[index])
        for reader in readers[index]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    return order


def part_of(use: Use) -> Part:
    """Returns the layer or model that is used."""
    return use.layer if isinstance(use, Node) else use.container


def _reads(use: Use) -> tuple[SymbolicTensor, ...]:
    return use.reads if isinstance(use, Node) else use.inputs
