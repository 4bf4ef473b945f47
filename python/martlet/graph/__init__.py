"""What a network is: nodes, each one use of a layer, joined by symbolic tensors."""

from martlet.graph.graph import Graph
from martlet.graph.structure import Structure
from martlet.graph.symbolic import Node, SymbolicTensor
from martlet.graph.tracing import Call

__all__ = ["Call", "Graph", "Node", "Structure", "SymbolicTensor"]
