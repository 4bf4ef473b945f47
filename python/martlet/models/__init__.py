"""Models: `Sequential` for a stack of layers, `Model` for any graph of them."""

from martlet.layers import description
from martlet.models.model import Model, clone_model
from martlet.models.sequential import Sequential

__all__ = ["Model", "Sequential", "clone_model"]

description.know(Model, Sequential)
