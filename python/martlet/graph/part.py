"""Protocols of layers and models, as the graph, the data and the layers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from martlet.graph.graph import Graph


class Part:
    """A layer or a model: whatever a model can be made of."""

    @property
    def name(self) -> str:
        """What it is called; before it joins a model, what a number will be added to."""
        raise NotImplementedError

    @property
    def named(self) -> bool:
        """Whether the name is settled, by the user or by a model."""
        raise NotImplementedError

    @property
    def is_single(self) -> bool:
        """Whether it is one layer of the engine, and not made of others."""
        raise NotImplementedError

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        raise NotImplementedError

    @trainable.setter
    def trainable(self, value: bool) -> None:
        raise NotImplementedError

    @property
    def built(self) -> bool:
        """Whether it has its weights."""
        raise NotImplementedError

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Uses it on symbolic tensors."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """What error messages call it, such as Dense "dense_1"."""
        return f'{type(self).__name__} "{self.name}"'

    @property
    def parts(self) -> list[Part]:
        """The layers and models that it is made of; none for a single layer."""
        return []

    def settle_name(self, name: str) -> None:
        """Gives it the name that the model around it chose."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as plain values that JSON can hold."""
        raise NotImplementedError


class Built(Protocol):
    """A network inside the engine, as data are prepared for it and layers tell it of freezing."""

    graph: Graph
    input_shapes: list[tuple[int, ...]]
    output_shapes: list[tuple[int, ...]]
    watches_scale: bool

    def set_trainable(self, layer: Any) -> None:
        """Freezes all uses of a layer's weights, or trains them again."""

    def restart_if_diverged(self) -> None:
        """Starts the optimizer anew if the weights or its state are not finite."""


class Maker(Protocol):
    """A model, as a layer sees it whose weights it will make."""

    @property
    def has_known_inputs(self) -> bool:
        """Whether the model can be built."""

    @property
    def built_model(self) -> Built:
        """The network inside the engine; built now if it was not."""
