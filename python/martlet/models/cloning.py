"""A second model of the same architecture."""

from __future__ import annotations

from typing import TypeVar

from martlet._keras import takes_keras_arguments
from martlet._messages import shown
from martlet.models.model import Model

AnyModel = TypeVar("AnyModel", bound=Model)


@takes_keras_arguments("clone_model")
def clone_model(model: AnyModel) -> AnyModel:
    """Returns a model of the same architecture with new layers, whose weights start anew.

    It is not compiled. For a copy with its weights use `copy.deepcopy(model)`.

    Example:
        >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
        >>> second = martlet.models.clone_model(model)
        >>> second.set_weights(model.get_weights())
    """
    if not isinstance(model, Model):
        raise TypeError(f"clone_model: expected a model, received {shown(model)}.")
    clone = type(model).from_config(model.get_config())
    assert isinstance(clone, type(model))
    return clone
