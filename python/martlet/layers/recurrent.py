"""What SimpleRNN, LSTM and GRU share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from martlet import _checks, activations, initializers
from martlet._messages import shown
from martlet.graph import SymbolicTensor
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Recurrent(Layer):
    """A layer that goes through a sequence step by step and carries a state along.

    The subclasses document the arguments.
    """

    states: ClassVar[int] = 1
    """How many arrays a state has."""

    return_sequences: bool
    return_state: bool
    go_backwards: bool

    kernel = Parameter()
    recurrent_kernel = Parameter()
    bias = Parameter()
    kernel_gradient = Parameter(GRADIENTS)
    recurrent_kernel_gradient = Parameter(GRADIENTS)
    bias_gradient = Parameter(GRADIENTS)

    def __init__(
        self,
        units: int,
        activation: str | Callable[..., Any] | None,
        use_bias: bool,
        given: dict[str, Any],
        kwargs: dict[str, Any],
    ) -> None:
        """Keeps the arguments that all three have; `given` are those handled alike."""
        super().__init__(**kwargs)
        owner = type(self).__name__
        self.units = _checks.integer(owner, "units", units)
        self.activation = activations.get(activation)
        self.use_bias = _checks.flag(owner, "use_bias", use_bias)
        for name in ("kernel_initializer", "recurrent_initializer", "bias_initializer"):
            setattr(self, name, initializers.get(given[name]))
        for name in ("dropout", "recurrent_dropout"):
            setattr(self, name, _checks.number(owner, name, given[name], minimum=0, below=1))
        for name in (
            "return_sequences",
            "return_state",
            "go_backwards",
            "zero_output_for_mask",
        ):
            setattr(self, name, _checks.flag(owner, name, given[name]))
        for name in ("stateful", "unroll"):
            setattr(self, name, _only_false(owner, name, given[name]))
        self.seed = _checks.seed(owner, given["seed"])
        self.output_count = 1 + self.states if given["return_state"] else 1

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        *args: Any,
        mask: SymbolicTensor | None = None,
        training: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        """Uses the layer in a network.

        Args:
            inputs: A symbolic tensor (batch, steps, features).
            initial_state: The state before the first step, a symbolic tensor (batch, units) or a
                list of them, such as another layer's with `return_state=True`; zero when left out.
            *args: Nothing: no other arguments are known, nor in `**kwargs`.
            mask: Which time steps count, of shape (batch, steps); None for the input's own, with
                `initial_state` too (Keras 3 then loses it). The others leave state and output as
                they were.
            training: False makes this use work as in inference, always.
            **kwargs: See above.

        Returns:
            A symbolic tensor; with `return_state=True` a tuple of the output and the states.

        Raises:
            ValueError: Another number of states than the layer has.
        """
        options = {"mask": mask, "training": training, **kwargs}
        if initial_state is None:
            return super().__call__(inputs, *args, **options)
        states = [initial_state] if isinstance(initial_state, SymbolicTensor) else initial_state
        if len(states) != self.states:
            raise ValueError(
                f"{self.title}: expected initial_state to be {_counted(self.states)} of shape "
                f"(batch, {self.units}), received {_counted(len(states))}."
            )
        first = [inputs] if isinstance(inputs, SymbolicTensor) else inputs
        return super().__call__([*first, *states], *args, **options)


def _counted(count: int) -> str:
    return "one tensor" if count == 1 else f"{count} tensors"


_REASONS = {
    "stateful": "no state is kept from one batch to the next. Use return_state=True and "
    "initial_state=... to carry it yourself",
    "unroll": "the engine compiles nothing, so there is nothing to unroll",
}


def _only_false(owner: str, name: str, value: Any) -> bool:
    if value is not None and value is not False:
        raise ValueError(
            f"{owner}: expected {name}=False, received {shown(value)}: {_REASONS[name]}."
        )
    return False
