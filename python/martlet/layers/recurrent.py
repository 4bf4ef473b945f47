"""Base class of the recurrent layers: SimpleRNN, LSTM and GRU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from martlet import activations, initializers
from martlet.graph import SymbolicTensor
from martlet.initializers import Initializer
from martlet.layers.layer import Layer
from martlet.layers.memory import GRADIENTS, Parameter


class Recurrent(Layer):
    """A layer that goes through a sequence step by step and carries a state along.

    The subclasses document the arguments.
    """

    states: ClassVar[int] = 1
    """How many arrays a state has."""

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
        kernel_initializer: str | Initializer,
        recurrent_initializer: str | Initializer,
        bias_initializer: str | Initializer,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        return_sequences: bool,
        return_state: bool,
        go_backwards: bool,
        stateful: bool,
        unroll: bool,
        zero_output_for_mask: bool,
        **kwargs: Any,
    ) -> None:
        """Keeps the arguments that all three have."""
        super().__init__(**kwargs)
        self.units: int = self._setting("units", units)
        self.activation = activations.get(activation)
        self.use_bias: bool = self._setting("use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.dropout: float = self._setting("dropout", dropout)
        self.recurrent_dropout: float = self._setting("recurrent_dropout", recurrent_dropout)
        self.seed: int | None = self._setting("seed", seed)
        self.return_sequences: bool = self._setting("return_sequences", return_sequences)
        self.return_state: bool = self._setting("return_state", return_state)
        self.go_backwards: bool = self._setting("go_backwards", go_backwards)
        self.stateful: bool = self._setting("stateful", stateful)
        self.unroll: bool = self._setting("unroll", unroll)
        self.zero_output_for_mask: bool = self._setting(
            "zero_output_for_mask", zero_output_for_mask
        )
        self.output_count = 1 + self.states if self.return_state else 1

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
