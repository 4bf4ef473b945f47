"""Networks that learn: `Sequential` for a stack of layers, `Model` for any graph of them."""

from martlet.models.cloning import clone_model
from martlet.models.model import Model
from martlet.models.sequential import Sequential

__all__ = ["Model", "Sequential", "clone_model"]
