"""What a class says of its constructor, whatever the version of Python."""

from __future__ import annotations

import inspect

import pytest

import martlet
from martlet import layers
from martlet._config import arguments
from martlet.layers.bound import Bound

CLASSES = [
    item
    for item in (getattr(layers, name) for name in layers.__all__)
    if isinstance(item, type) and issubclass(item, Bound)
]


def constructor(cls: type) -> list[str]:
    return list(inspect.signature(cls.__init__).parameters)[1:]


@pytest.mark.parametrize("cls", [*CLASSES, martlet.Model, martlet.Sequential])
def test_its_signature_is_that_of_its_constructor(cls):
    """Python before 3.11.7 takes `__new__(cls, *args, **kwargs)`, which only remembers."""
    assert list(inspect.signature(cls).parameters) == constructor(cls)


def test_a_layer_with_an_inherited_constructor_has_settings():
    assert arguments(layers.Flatten) == []
    assert layers.Flatten().settings() == {}
    assert arguments(layers.MaxPooling2D)[0] == "pool_size"


def test_a_subclass_of_ones_own_shows_its_own_arguments():
    class Block(layers.Layer):
        def __init__(self, units, rate=0.5, **kwargs):
            super().__init__(**kwargs)
            self.dense = layers.Dense(units)

        def call(self, x):
            return self.dense(x)

    class Same(Block):
        """Inherits its constructor."""

    for cls in (Block, Same):
        assert str(inspect.signature(cls)) == "(units, rate=0.5, **kwargs)"
    block = Same(3)
    assert block.get_config()["units"] == 3
    assert next(iter(inspect.signature(block).parameters)) == "inputs"
