"""Recurrent layers against PyTorch's, with converted weights: outputs and gradients."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers

torch = pytest.importorskip("torch")

# PyTorch orders the gates of a GRU as reset, update, candidate, and swaps nothing in an LSTM.
ORDERS = {"SimpleRNN": [0], "LSTM": [0, 1, 2, 3], "GRU": [1, 0, 2]}


def convert(kind, array):
    """Blocks of columns in PyTorch's order, as rows."""
    blocks = np.split(np.asarray(array), len(ORDERS[kind]), axis=-1)
    return np.concatenate([blocks[index] for index in ORDERS[kind]], axis=-1).T


def twin(kind, layer, features):
    kinds = {"SimpleRNN": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}
    module = kinds[kind](features, layer.units, batch_first=True, dtype=torch.float64)
    kernel, recurrent_kernel, bias = layer.get_weights()
    first, second = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    state = {
        "weight_ih_l0": convert(kind, kernel),
        "weight_hh_l0": convert(kind, recurrent_kernel),
        "bias_ih_l0": convert(kind, first),
        "bias_hh_l0": convert(kind, second),
    }
    module.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return module


@pytest.mark.parametrize("kind", ORDERS)
@pytest.mark.parametrize("units", [1, 17, 48])
def test_agrees_with_pytorch(kind, units):
    source = np.random.default_rng(units)
    x = source.normal(size=(33, 6, 5)).astype(np.float32)
    layer = getattr(layers, kind)(units, return_sequences=True)
    model = martlet.Sequential([layers.Input((6, 5)), layer, layers.Flatten()])
    model.compile("sgd", "mse")
    layer.set_weights(
        [source.normal(size=w.shape) / np.sqrt(w.shape[0]) / 2 for w in layer.get_weights()]
    )
    targets = source.normal(size=(33, 6 * units)).astype(np.float32)
    module = twin(kind, layer, 5)
    y = module(torch.tensor(x, dtype=torch.float64))[0].flatten(1)
    np.testing.assert_allclose(model.predict(x, verbose=0), y.detach().numpy(), atol=3e-6)
    torch.nn.functional.mse_loss(y, torch.tensor(targets, dtype=torch.float64)).backward()
    model.compute_gradients(x, targets, training=False)
    received = dict(layer.gradients)
    bias = received["bias"] if received["bias"].ndim == 2 else [received["bias"]] * 2
    pairs = {
        "weight_ih_l0": received["kernel"],
        "weight_hh_l0": received["recurrent_kernel"],
        "bias_ih_l0": bias[0],
        "bias_hh_l0": bias[1],
    }
    for name, gradient in pairs.items():
        expected = getattr(module, name).grad.numpy()
        bound = 1e-5 * np.abs(expected).max()
        np.testing.assert_allclose(convert(kind, gradient), expected, rtol=0, atol=bound)
