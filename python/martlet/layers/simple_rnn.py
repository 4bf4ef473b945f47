"""Fully connected recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet.initializers import Initializer
from martlet.layers.recurrent import Recurrent


class SimpleRNN(Recurrent):
    """Fully connected recurrent layer.

    h = activation(x @ kernel + h @ recurrent_kernel + bias), one time step after the other.

    Reads sequences of shape (batch, steps, features).

    Attributes:
        kernel: Read-only view of shape (features, units).
        recurrent_kernel: Read-only view of shape (units, units).
        bias: Read-only view of shape (units,), or None.

    Args:
        units: How many outputs; positive.
        activation: A name, a function of `martlet.activations`, or None.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        recurrent_initializer: How the recurrent kernel starts.
        bias_initializer: How the bias starts.
        dropout: While training, the fraction of input features that is dropped, the same ones in
            all time steps of a sequence.
        recurrent_dropout: The same for the state on its way into the product.
        return_sequences: Whether to give the output of every step, (batch, steps, units), and not
            just that of the last one, (batch, units).
        return_state: Whether to give the last output once more, as a state.
        go_backwards: Whether to read the sequence from its end; outputs come in the order in which
            they are made.
        stateful: False, the only choice.
        unroll: False, the only choice.
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        zero_output_for_mask: Whether the output of a step that a mask leaves out is zero, and not
            that of the step before.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `units` is not positive, a fraction is not in [0, 1), or a name is unknown.

    Example:
        >>> model = martlet.Sequential([layers.SimpleRNN(16, input_shape=(28, 28))])
        >>> model.output_shape
        (None, 16)

    Source: Elman, 1990.
    """

    def __init__(
        self,
        units: int,
        activation: str | Callable[..., Any] | None = "tanh",
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        bias_initializer: str | Initializer = "zeros",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
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
