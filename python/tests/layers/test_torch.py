"""PyTorch as an oracle, in float64; skipped where it is not installed."""

from __future__ import annotations

import numpy as np
import pytest

from twins import cases
from twins.network import Network, assert_close
from twins.windows import zeros_before

torch = pytest.importorskip("torch")
functional = torch.nn.functional

ACTIVATIONS = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    # Channels come second in PyTorch.
    "softmax": lambda z: torch.softmax(z, 1),
}
KINDS = ("Conv2D", "Conv1D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
POOLS = ("MaxPooling2D", "AveragePooling2D")


def channels_first(x):
    return x.movedim(-1, 1)


def weight(kernel):
    """Keras's (..., in, out) as (out, in, ...), laid out anew: autograd trips over some strides."""
    return kernel.movedim((-1, -2), (0, 1)).clone(memory_format=torch.contiguous_format)


def around(x, layer, size, dilation):
    """The zeros of padding "same", as `pad` wants them: last axis first."""
    if layer.padding == "valid":
        return [0] * (2 * len(size))
    zeros = []
    axes = zip(x.shape[2:], size, layer.strides, dilation, strict=True)
    for extent, taps, stride, step in axes:
        window, outputs = (taps - 1) * step + 1, -(-extent // stride)
        before = zeros_before(extent, outputs, window, stride, "same")
        total = max((outputs - 1) * stride + window - extent, 0)
        zeros = [before, total - before, *zeros]
    return zeros


def convolve(x, kernel, layer, groups):
    """`kernel` as in Keras; one axis of pixels, or two."""
    size = kernel.shape[:-2]
    x = functional.pad(x, around(x, layer, size, layer.dilation_rate))
    function = functional.conv1d if len(size) == 1 else functional.conv2d
    return function(
        x, weight(kernel), stride=layer.strides, dilation=layer.dilation_rate, groups=groups
    )


def transpose(x, kernel, layer, shape):
    """Everything that windows reach, cut to the part that Keras's rules keep."""
    y = functional.conv_transpose2d(
        x, weight(kernel), stride=layer.strides, dilation=layer.dilation_rate
    )
    for axis in (0, 1):
        window = (kernel.shape[axis] - 1) * layer.dilation_rate[axis] + 1
        before = zeros_before(
            shape[axis], x.shape[2 + axis], window, layer.strides[axis], layer.padding
        )
        missing = max(before + shape[axis] - y.shape[2 + axis], 0)
        y = functional.pad(y, (0, 0, 0, missing) if axis == 0 else (0, missing))
        y = y.narrow(2 + axis, before, shape[axis])
    return y


def pool(x, layer):
    zeros = around(x, layer, layer.pool_size, (1, 1))
    if type(layer).__name__ == "MaxPooling2D":
        x = functional.pad(x, zeros, value=-torch.inf)
        return functional.max_pool2d(x, layer.pool_size, layer.strides)
    sums, counts = (
        functional.avg_pool2d(functional.pad(t, zeros), layer.pool_size, layer.strides)
        for t in (x, torch.ones_like(x))
    )
    return sums / counts


def sums(network, x, weights):
    layer, kind = network.layer, type(network.layer).__name__
    if kind in ("Conv2D", "Conv1D"):
        return convolve(x, weights[0], layer, layer.groups)
    if kind == "Conv2DTranspose":
        return transpose(x, weights[0], layer, network.output_shape)
    kernel = weights[0].flatten(2).unsqueeze(2)
    y = convolve(x, kernel, layer, x.shape[1])
    if kind == "SeparableConv2D":
        y = functional.conv2d(y, weight(weights[1]))
    return y


def forward(network, x, weights):
    layer = network.layer
    x = channels_first(x)
    if type(layer).__name__ in POOLS:
        return pool(x, layer).movedim(1, -1)
    z = sums(network, x, weights)
    if layer.use_bias:
        z = z + weights[-1].reshape(-1, *[1] * (z.ndim - 2))
    return ACTIVATIONS[layer.activation.__name__](z).movedim(1, -1)


@pytest.mark.parametrize(
    "case", [case for case in cases.ALL if case.kind in (*KINDS, *POOLS)], ids=str
)
def test_the_engine_agrees_with_pytorch(case):
    network = Network(case)
    leaves = [
        torch.tensor(array, dtype=torch.float64, requires_grad=True)
        for array in (network.x, *network.weights)
    ]
    y = forward(network, leaves[0], leaves[1:])
    assert y.shape == network.targets.shape
    functional.mse_loss(y, torch.tensor(network.targets, dtype=torch.float64)).backward()
    dx, *dweights = (np.asarray(leaf.grad) for leaf in leaves)
    assert_close(network.results(), network.named(y.detach().numpy(), dx, dweights), 1e-5)
