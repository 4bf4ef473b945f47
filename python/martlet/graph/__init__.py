"""What a network is: nodes, each one use of a layer, joined by symbolic tensors."""

from martlet.graph.graph import Graph
from martlet.graph.symbolic import Node, SymbolicTensor

__all__ = ["Graph", "Node", "SymbolicTensor"]
