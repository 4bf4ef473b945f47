"""Names of the layers of one model."""

from __future__ import annotations

from collections.abc import Sequence

from martlet.graph.graph import Graph
from martlet.graph.part import Part


def settle_names(parts: Sequence[Part]) -> None:
    """Numbers the layers and models that have no name yet: dense, dense_1, ...

    The numbers count within the model, so that a model built a second time has the same names.

    Raises:
        ValueError: Two layers have the same name.
    """
    taken: dict[str, Part] = {}
    for part in parts:
        if part.named and taken.setdefault(part.name, part) is not part:
            raise ValueError(
                f'Two layers are named "{part.name}". Give one of them another name with name=.'
            )
    for part in parts:
        if not part.named:
            base = part.name
            number = 0
            while (name := f"{base}_{number}" if number else base) in taken:
                number += 1
            part.settle_name(name)
            taken[name] = part


def settle_graph(graph: Graph) -> None:
    """Does so for a graph: for what its author called, and within that for what it is made of.

    Raises:
        ValueError: Two layers of one level have the same name.
    """
    chains = {(*(call.container for call in node.calls), node.layer): None for node in graph.nodes}
    _settle(list(chains))


def _settle(chains: Sequence[tuple[Part, ...]]) -> None:
    settle_names(list(dict.fromkeys(chain[0] for chain in chains)))
    inside: dict[Part, list[tuple[Part, ...]]] = {}
    for chain in chains:
        if len(chain) > 1:
            inside.setdefault(chain[0], []).append(chain[1:])
    for deeper in inside.values():
        _settle(deeper)
