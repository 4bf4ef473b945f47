"""Recurrent layers in double precision, from their formulas, one time step after the other.

Gates lie in Keras's order: input, forget, candidate, output for an LSTM; update, reset, candidate
for a GRU.
"""

from __future__ import annotations

import numpy as np

FUNCTIONS = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}


def simple_rnn(layer, x, states, kernel, recurrent_kernel, bias=0.0):
    f = FUNCTIONS[layer.activation.__name__]
    return [f(x @ kernel + states[0] @ recurrent_kernel + bias)]


def lstm(layer, x, states, kernel, recurrent_kernel, bias=0.0):
    f, gate = functions(layer)
    h, c = states
    z = x @ kernel + h @ recurrent_kernel + bias
    i, forget, candidate, o = np.split(z, 4, axis=1)
    c = gate(forget) * c + gate(i) * f(candidate)
    return [gate(o) * f(c), c]


def gru(layer, x, states, kernel, recurrent_kernel, bias=None):
    f, gate = functions(layer)
    (h,) = states
    columns = kernel.shape[1]
    if bias is None:
        bias = np.zeros((2, columns) if layer.reset_after else columns)
    first, second = bias if layer.reset_after else (bias, np.zeros(columns))
    xz, xr, xh = np.split(x @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(h @ recurrent_kernel + second, 3, axis=1)
    z, r = gate(xz + hz), gate(xr + hr)
    if layer.reset_after:
        candidate = f(xh + r * hh)
    else:
        candidate = f(xh + (r * h) @ recurrent_kernel[:, 2 * layer.units :])
    return [z * h + (1 - z) * candidate]


CELLS = {"SimpleRNN": simple_rnn, "LSTM": lstm, "GRU": gru}


def functions(layer):
    return FUNCTIONS[layer.activation.__name__], FUNCTIONS[layer.recurrent_activation.__name__]


def run(layer, x, states=None, mask=None):
    """What a layer gives for an array: the output, and the last states.

    A masked step leaves states and output as they were; before the first step the output is zero.
    """
    x = x.astype(np.float64)
    weights = [w.astype(np.float64) for w in layer.get_weights()]
    count = 2 if type(layer).__name__ == "LSTM" else 1
    zeros = np.zeros((len(x), layer.units))
    states = [zeros] * count if states is None else [s.astype(np.float64) for s in states]
    output, outputs = zeros, []
    order = range(x.shape[1])
    for step in reversed(order) if layer.go_backwards else order:
        counts = np.ones((len(x), 1)) if mask is None else mask[:, step : step + 1]
        fresh = CELLS[type(layer).__name__](layer, x[:, step], states, *weights)
        output = np.where(counts, fresh[0], output)
        states = [np.where(counts, new, old) for new, old in zip(fresh, states, strict=True)]
        outputs.append(output)
    return np.stack(outputs, axis=1) if layer.return_sequences else output, states


def both(layer, x, states=None):
    """What Bidirectional gives: the joined output or both, and the last states of both layers."""
    count = None if states is None else len(states) // 2
    y, first = run(layer.forward_layer, x, states and states[:count])
    z, second = run(layer.backward_layer, x, states and states[count:])
    if z.ndim == 3:
        z = z[:, ::-1]
    joins = {
        "concat": lambda: [np.concatenate([y, z], axis=-1)],
        "sum": lambda: [y + z],
        "mul": lambda: [y * z],
        "ave": lambda: [(y + z) / 2],
        None: lambda: [y, z],
    }
    return [*joins[layer.merge_mode](), *first, *second]
