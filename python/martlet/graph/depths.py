"""Order by depth, in which Keras lists the layers of a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from martlet.graph.part import Part
from martlet.graph.symbolic import Node, SymbolicTensor
from martlet.graph.uses import Use, part_of


def parts_by_depth(uses: Sequence[Use], outputs: Sequence[SymbolicTensor]) -> list[Part]:
    """Returns the layers and models that are used, those furthest from the outputs first.

    Where several are as far, the one comes first that is met first on a walk from the outputs
    against the current. This is Keras's order, `map_graph` in its `ops/function.py`, so that lists
    of weights can be carried over.
    """
    makers = {id(tensor): use for use in reversed(uses) for tensor in use.outputs}
    sources = {id(use): [makers[id(tensor)] for tensor in _read(use)] for use in uses}
    seen, finished = _walked([makers[id(tensor)] for tensor in outputs], sources)
    depths = _depths(finished, sources)
    order = sorted(seen, key=lambda part: -depths[id(part)])
    return list(dict.fromkeys([*order, *map(part_of, uses)]))


def _walked(starts: Sequence[Use], sources: dict[int, list[Use]]) -> tuple[list[Part], list[Use]]:
    """Walks in depth: what is used, as it is met, and the uses, each after those that it reads."""
    seen: dict[int, Part] = {}
    finished: dict[int, Use] = {}

    def enter(use: Use) -> tuple[Use, Iterator[Use]]:
        part = part_of(use)
        seen.setdefault(id(part), part)
        return use, iter(sources[id(use)])

    for start in starts:
        stack = [] if id(start) in finished else [enter(start)]
        while stack:
            use, waiting = stack[-1]
            source = next((item for item in waiting if id(item) not in finished), None)
            if source is not None:
                stack.append(enter(source))
            else:
                finished[id(use)] = use
                stack.pop()
    return list(seen.values()), list(finished.values())


def _depths(finished: Sequence[Use], sources: dict[int, list[Use]]) -> dict[int, int]:
    """How far each part is from the outputs: where it is used several times, the furthest."""
    of_use: dict[int, int] = {}
    of_part: dict[int, int] = {}
    for use in reversed(finished):
        part = id(part_of(use))
        depth = of_part[part] = max(of_use.get(id(use), 0), of_part.get(part, 0))
        for source in sources[id(use)]:
            of_use[id(source)] = max(depth + 1, of_use.get(id(source), 0))
    return of_part


def _read(use: Use) -> Sequence[SymbolicTensor]:
    if isinstance(use, Node):
        return use.reads
    # Keras takes dictionaries in the order of their keys.
    keys = use.keys or [""] * len(use.inputs)
    return [tensor for _, tensor in sorted(zip(keys, use.inputs, strict=True), key=_key)]


def _key(item: tuple[str, SymbolicTensor]) -> str:
    return item[0]
