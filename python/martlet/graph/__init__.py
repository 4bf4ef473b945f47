"""Graph of a network: nodes, each one use of a layer, joined by symbolic tensors."""

from martlet.graph.graph import Graph
from martlet.graph.part import Built, Maker, Part
from martlet.graph.structure import Structure
from martlet.graph.symbolic import EngineLayer, Node, SymbolicTensor
from martlet.graph.tracing import Call
from martlet.graph.uses import Level, Place

__all__ = [
    "Built",
    "Call",
    "EngineLayer",
    "Graph",
    "Level",
    "Maker",
    "Node",
    "Part",
    "Place",
    "Structure",
    "SymbolicTensor",
]
