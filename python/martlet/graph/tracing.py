"""The calls that are being traced while a network is put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from martlet.graph.part import Part

if TYPE_CHECKING:
    from martlet.graph.symbolic import SymbolicTensor


class Call:
    """One use of something that is made of layers: a model, or a layer with a `call` of its own.

    Attributes:
        container: What is used.
        inputs: What it read.
        outputs: What it gave, once that is known.
        keys: The names under which it was given its inputs, if that was a dictionary.
        is_inference: Whether it was told to work as in inference, always.
    """

    __slots__ = ("container", "inputs", "is_inference", "keys", "outputs")

    def __init__(
        self,
        container: Part,
        inputs: Sequence[SymbolicTensor],
        keys: Sequence[str] | None = None,
        is_inference: bool = False,
    ) -> None:
        self.container = container
        self.inputs = tuple(inputs)
        self.outputs: tuple[SymbolicTensor, ...] = ()
        self.keys = keys
        self.is_inference = is_inference


_CALLS: ContextVar[tuple[Call, ...]] = ContextVar("martlet_calls", default=())
_TRACED: ContextVar[tuple[str, ...]] = ContextVar("martlet_traced", default=())
_TRAINING: ContextVar[bool | None] = ContextVar("martlet_training", default=None)


def calls() -> tuple[Call, ...]:
    """Returns the uses that are under way, from the outermost."""
    return _CALLS.get()


def training() -> bool | None:
    """Returns what `training` means in the `call` that is being traced; None outside of one."""
    return _TRAINING.get()


@contextmanager
def within(*added: Call) -> Iterator[None]:
    """Marks the nodes that are made meanwhile as parts of some uses, from the outermost."""
    token = _CALLS.set((*_CALLS.get(), *added))
    try:
        yield
    finally:
        _CALLS.reset(token)


@contextmanager
def phase(is_training: bool | None) -> Iterator[None]:
    """Says what `training` means meanwhile; None changes nothing."""
    token = _TRAINING.set(_TRAINING.get() if is_training is None else bool(is_training))
    try:
        yield
    finally:
        _TRAINING.reset(token)


@contextmanager
def tracing(title: str, is_training: bool) -> Iterator[None]:
    """Says whose `call` runs meanwhile, and how."""
    traced = _TRACED.set((*_TRACED.get(), title))
    phase = _TRAINING.set(is_training)
    try:
        yield
    finally:
        _TRAINING.reset(phase)
        _TRACED.reset(traced)


def refusal(tensor: str, action: str) -> str:
    """Returns the message for something that needs numbers where there are none yet."""
    traced = _TRACED.get()
    if not traced:
        return (
            f"{tensor} holds no numbers, so Python cannot {action}. Build martlet.Model(inputs, "
            "outputs) and call its predict()."
        )
    return (
        f"{' > '.join(traced)}: its call() tried to {action}, {tensor}. A call is traced once for "
        "a shape of input, before any data, so it cannot depend on the values that flow through. "
        "Use layers on tensors (ReLU, Maximum, Multiply, Concatenate ...), and let ifs and loops "
        "depend on settings that are known when the model is made."
    )
