"""Composed layers and models: a `call` of their own is traced with symbolic tensors."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from martlet.graph import Call, EngineLayer, Graph, Part, Structure, SymbolicTensor, tracing
from martlet.graph.order import ordered
from martlet.layers.memory import Parameter


def is_composed(part: Any) -> bool:
    """Whether a layer or model is made of others by a `call` of its own."""
    return callable(getattr(type(part), "call", None))


def check_class(cls: type) -> None:
    """Refuses a `call` in a class whose arithmetic the engine has already.

    Raises:
        TypeError: The class overrides `call` of such a layer.
    """
    ready = [
        base.__name__
        for base in cls.__mro__[1:]
        if base.__module__.startswith("martlet.layers.") and base.__name__ not in ("Layer", "Bound")
    ]
    if "call" in vars(cls) and ready:
        raise TypeError(
            f"{cls.__name__}: the engine runs {ready[0]}, so its call() cannot be replaced. Write "
            f"a subclass of layers.Layer that has a {ready[0]} as an attribute."
        )


def parts_of(container: Part) -> list[Part]:
    """Returns the layers and models that are attributes, also in lists, tuples and dictionaries."""
    found: dict[int, Part] = {}

    def look(value: Any) -> None:
        if isinstance(value, Part):
            found.setdefault(id(value), value)
        elif isinstance(value, Mapping):
            look(list(value.values()))
        elif isinstance(value, (list, tuple)):
            for item in value:
                look(item)

    for name, value in vars(container).items():
        if not name.startswith("_martlet"):
            look(value)
    return [part for part in found.values() if part is not container]


def leaves_of(part: Part) -> list[Any]:
    """Returns the single layers inside of a layer or model; a single layer returns itself.

    What a layer such as `TimeDistributed` wraps stands for it, for that has the weights.
    """
    if isinstance(part, EngineLayer) and part.is_single:
        return [part.holder]
    return list(dict.fromkeys(leaf for item in part.parts for leaf in leaves_of(item)))


def inner_leaves(part: Part) -> list[Any]:
    """Returns the same without the part itself."""
    return [leaf for leaf in leaves_of(part) if leaf is not part]


def settings(container: Any) -> dict[str, Any]:
    """Returns the arguments that a composed layer or model was made with.

    Raises:
        NotImplementedError: They are no plain values.
    """
    args, kwargs = container._martlet_arguments
    signature = inspect.signature(type(container).__init__)
    values: dict[str, Any] = {}
    for name, value in list(signature.bind(container, *args, **kwargs).arguments.items())[1:]:
        is_rest = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
        values.update(value if is_rest else {name: value})
    for name, value in values.items():
        if not _is_plain(value):
            raise NotImplementedError(
                f"{container.title}: its argument {name} is no plain value. Give "
                f"{type(container).__name__} a get_config() and a from_config()."
            )
    return {name: value for name, value in values.items() if name not in ("name", "trainable")}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    return value is None or isinstance(value, (bool, int, float, str))


def apply(
    container: Any,
    inputs: Any,
    *args: Any,
    training: bool | None = None,
    is_part: bool = True,
    **kwargs: Any,
) -> Any:
    """Uses a composed layer or model on symbolic tensors: traces its `call`.

    Args:
        container: The layer or model.
        inputs: A symbolic tensor, a list or a dictionary of such.
        *args: For its `call`.
        training: What its `call` was told; None where it was told nothing.
        is_part: Whether the network that comes of it shows this as one part.
        **kwargs: For its `call`.

    Raises:
        TypeError: It gives something else than symbolic tensors, or needs the values of some.
        ValueError: It builds another network for training than for inference.
    """
    _build(container, inputs)
    _freeze(container)
    phase = training if training is not None else tracing.training()
    parameters = inspect.signature(container.call).parameters
    if "mask" in parameters:
        kwargs.setdefault("mask", None)

    def trace(is_training: bool) -> Any:
        options = kwargs | ({"training": is_training} if "training" in parameters else {})
        keys = Structure(inputs).keys
        call = Call(container, Structure.flat(inputs), keys, is_inference=training is False)
        added = (call,) if is_part else ()
        with tracing.within(*added), tracing.tracing(container.title, is_training):
            result = container.call(inputs, *args, **options)
        call.outputs = _checked(container, result)
        return result

    result = trace(phase is not False)
    if phase is None and "training" in parameters:
        marks = _Marks(container, Structure.flat(inputs))
        if marks.of(Structure.flat(result)) != marks.of(Structure.flat(trace(False))):
            raise ValueError(
                f"{container.title}: its call() builds another network when training is True than "
                "when it is False. Only layers that do nothing in inference, such as Dropout, may "
                "depend on training."
            )
    return result


def _build(container: Any, inputs: Any) -> None:
    """Calls the author's `build` once, if there is one, with the shapes of the inputs."""
    own = any("build" in vars(cls) for cls in type(container).__mro__ if not _is_ours(cls))
    if own and not hasattr(container, "_martlet_was_built"):
        container._martlet_was_built = True
        shapes = [tensor.shape for tensor in Structure.flat(inputs)]
        container.build(Structure(inputs).packed(shapes))


def _freeze(container: Any) -> None:
    """Freezes the parts of what was made with `trainable=False`, once, when they are all there."""
    if not hasattr(container, "_martlet_was_traced"):
        container._martlet_was_traced = True
        if not getattr(container, "_trainable", True):
            container.trainable = False


def _is_ours(cls: type) -> bool:
    return cls.__module__.split(".")[0] == "martlet" or cls is object


def _checked(container: Any, result: Any) -> tuple[SymbolicTensor, ...]:
    tensors = Structure.flat(result)
    for item in tensors:
        if not isinstance(item, SymbolicTensor):
            raise TypeError(
                f"{container.title}: its call() must return a symbolic tensor, a list or a "
                f"dictionary of such; received {type(item).__name__}."
            )
    return tuple(tensors)


def check_kept(model: Part, graph: Graph) -> None:
    """Refuses layers with weights that a `call` makes anew each time it runs.

    Raises:
        ValueError: There is one; the message names it.
    """
    kept = {id(leaf) for leaf in leaves_of(model)}
    for node in graph.nodes:
        layer = node.layer
        inside = any(id(layer.holder) in _leaves(call) for call in node.calls)
        if node.inputs and id(layer.holder) not in kept and not inside and _has_weights(layer):
            raise ValueError(
                f"{model.title}: its call() uses {layer.title}, which is no attribute of the "
                "model. Make layers with weights in __init__ and keep them: self.layer = ..."
            )


def _leaves(call: Call) -> set[int]:
    return {id(leaf) for leaf in leaves_of(call.container)}


def _has_weights(layer: EngineLayer) -> bool:
    kind = type(layer.holder)
    return any(isinstance(getattr(kind, name, None), Parameter) for name in dir(kind))


class _Marks:
    """Numbers that are the same for tensors that are computed alike in inference."""

    def __init__(self, container: Any, inputs: Sequence[SymbolicTensor]) -> None:
        self.known = {id(leaf) for leaf in leaves_of(container)}
        self.inputs = {id(tensor): index for index, tensor in enumerate(inputs)}
        self.table: dict[Any, int] = {}

    def of(self, tensors: Sequence[SymbolicTensor]) -> list[int]:
        marks: dict[int, int] = {}
        for node in ordered(tensors):
            read = tuple(marks[id(tensor)] for tensor in node.reads)
            # Layers without weights may be made on the way: then their settings tell them apart.
            is_kept = id(node.layer.holder) in self.known or not node.inputs
            layer = id(node.layer.holder) if is_kept else repr(node.layer.settings())
            for tensor in node.outputs:
                if id(tensor) in self.inputs:
                    marks[id(tensor)] = -1 - self.inputs[id(tensor)]
                elif node.layer.acts_in_training_only:
                    marks[id(tensor)] = read[0]
                else:
                    key = (type(node.layer).__name__, layer, tensor.index, read)
                    marks[id(tensor)] = self.table.setdefault(key, len(self.table))
        return [marks[id(tensor)] for tensor in tensors]
