"""Gated recurrent unit (GRU)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import activations
from martlet.initializers import Initializer
from martlet.layers.recurrent import Recurrent


class GRU(Recurrent):
    """Gated recurrent unit (GRU) layer.

    Reads a sequence step by step; gates learn how much of the state each step renews.

    With the gates z and r of x @ kernel + h @ recurrent_kernel + bias:
    candidate = activation(x @ kernel_h + bias_h + r * (h @ recurrent_kernel_h + bias_h')) and
    h = z * h + (1 - z) * candidate. Reads sequences of shape (batch, steps, features).

    Attributes:
        kernel: Read-only view of shape (features, 3 * units), in the order z, r, h.
        recurrent_kernel: Read-only view of shape (units, 3 * units).
        bias: Read-only view of shape (2, 3 * units): for the inputs and for the state; of shape
            (3 * units,) with `reset_after=False`; or None.

    Args:
        units: How many outputs; positive.
        activation: A name, a function of `martlet.activations`, or None.
        recurrent_activation: The same for the gates.
        use_bias: Whether to add biases.
        kernel_initializer: How the kernel starts.
        recurrent_initializer: How the recurrent kernel starts.
        bias_initializer: How the biases start.
        dropout: While training, the fraction of input features that is dropped, the same ones in
            all time steps of a sequence.
        recurrent_dropout: The same for the state on its way into the product.
        seed: An integer of at least 0, from which the random numbers follow in every model;
            None to follow the model's seed.
        return_sequences: Whether to give the output of every step, (batch, steps, units), and not
            just that of the last one, (batch, units).
        return_state: Whether to give the last output once more, as a state.
        go_backwards: Whether to read the sequence from its end; outputs come in the order in which
            they are made.
        stateful: False, the only choice.
        unroll: False, the only choice.
        reset_after: Whether the reset gate acts on the product with the state, or on the state
            before the product.
        zero_output_for_mask: Whether the output of a step that a mask leaves out is zero, and not
            that of the step before.
        **kwargs: See `Layer`.

    Raises:
        ValueError: `units` is not positive, a fraction is not in [0, 1), or a name is unknown.

    Example:
        >>> model = martlet.Sequential([layers.GRU(32, input_shape=(28, 28)), layers.Dense(10)])
        >>> model.layers[0].bias.shape
        (2, 96)

    Source: Cho et al., 2014.
    """

    def __init__(
        self,
        units: int,
        activation: str | Callable[..., Any] | None = "tanh",
        recurrent_activation: str | Callable[..., Any] | None = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        bias_initializer: str | Initializer = "zeros",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
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
        self.reset_after: bool = self._setting("reset_after", reset_after)
