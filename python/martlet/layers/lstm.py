"""Long short-term memory (LSTM)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from martlet import activations
from martlet.initializers import Initializer
from martlet.layers.recurrent import Recurrent


class LSTM(Recurrent):
    """Long short-term memory (LSTM) layer.

    Reads a sequence step by step into a memory whose gates learn what to keep.

    With z = x @ kernel + h @ recurrent_kernel + bias, cut into four parts i, f, c, o:
    c = recurrent_activation(z_f) * c + recurrent_activation(z_i) * activation(z_c) and
    h = recurrent_activation(z_o) * activation(c). Reads sequences of shape
    (batch, steps, features).

    Attributes:
        kernel: Read-only view of shape (features, 4 * units).
        recurrent_kernel: Read-only view of shape (units, 4 * units).
        bias: Read-only view of shape (4 * units,), or None.

    Args:
        units: How many outputs; positive.
        activation: A name, a function of `martlet.activations`, or None.
        recurrent_activation: The same for the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        recurrent_initializer: How the recurrent kernel starts.
        bias_initializer: How the bias starts.
        unit_forget_bias: Whether the bias of the forget gate starts at 1, so that a memory lasts
            before anything is learnt.
        dropout: While training, the fraction of input features that is dropped, the same ones in
            all time steps of a sequence.
        recurrent_dropout: The same for the state on its way into the product.
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        return_sequences: Whether to give the output of every step, (batch, steps, units), and not
            just that of the last one, (batch, units).
        return_state: Whether to give the last output and the last memory too, (batch, units) each.
        go_backwards: Whether to read the sequence from its end; outputs come in the order in which
            they are made.
        stateful: False, the only choice.
        unroll: False, the only choice.
        zero_output_for_mask: Whether the output of a step that a mask leaves out is zero, and not
            that of the step before.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `units` is not positive, a fraction is not in [0, 1), or a name is unknown.

    Example:
        >>> model = martlet.Sequential([layers.LSTM(32, input_shape=(28, 28)), layers.Dense(10)])
        >>> model.layers[0].recurrent_kernel.shape
        (32, 128)

    Source: Hochreiter and Schmidhuber, 1997.
    """

    states: ClassVar[int] = 2

    def __init__(
        self,
        units: int,
        activation: str | Callable[..., Any] | None = "tanh",
        recurrent_activation: str | Callable[..., Any] | None = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        bias_initializer: str | Initializer = "zeros",
        unit_forget_bias: bool = True,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            dropout,
            recurrent_dropout,
            seed,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            **kwargs,
        )
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias: bool = self._setting("unit_forget_bias", unit_forget_bias)
