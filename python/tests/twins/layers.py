"""The twin of a layer object: forward(x, weights) and backward(x, weights, dy)."""

from __future__ import annotations

import numpy as np

from twins import activations
from twins.convolution import Convolution, Transpose
from twins.pooling import Pooling


class Linear:
    """What a convolution layer adds to its sum: a bias and an activation."""

    def __init__(self, layer):
        self.activation = layer.activation.__name__
        self.use_bias = layer.use_bias

    def forward(self, x, weights):
        return activations.forward(self.activation, self.sums(x, weights))

    def backward(self, x, weights, dy):
        dz = activations.backward(self.activation, self.sums(x, weights), dy)
        dx, dkernels = self.kernel_backward(x, weights, dz)
        dbias = [dz.reshape(-1, dz.shape[-1]).sum(axis=0)] if self.use_bias else []
        return dx, [*dkernels, *dbias]

    def sums(self, x, weights):
        return self.kernel_forward(x, weights) + (weights[-1] if self.use_bias else 0)


class Conv2D(Linear):
    def __init__(self, layer):
        super().__init__(layer)
        self.convolution = Convolution(
            layer.strides, layer.padding, layer.dilation_rate, layer.groups
        )

    def kernel_forward(self, x, weights):
        return self.convolution.forward(x, weights[0])

    def kernel_backward(self, x, weights, dz):
        dx, dkernel = self.convolution.backward(x, weights[0], dz)
        return dx, [dkernel]


class Conv1D(Linear):
    def __init__(self, layer):
        super().__init__(layer)
        strides, dilation = (1, *layer.strides), (1, *layer.dilation_rate)
        self.convolution = Convolution(strides, layer.padding, dilation, layer.groups)

    def kernel_forward(self, x, weights):
        return self.convolution.forward(x[:, None], weights[0][None])[:, 0]

    def kernel_backward(self, x, weights, dz):
        dx, dkernel = self.convolution.backward(x[:, None], weights[0][None], dz[:, None])
        return dx[:, 0], [dkernel[0]]


def depthwise(layer, channels):
    return Convolution(layer.strides, layer.padding, layer.dilation_rate, channels)


def as_groups(kernel):
    """A depthwise kernel as that of a convolution with a group for each channel."""
    return kernel.reshape(*kernel.shape[:2], 1, -1)


class DepthwiseConv2D(Linear):
    def __init__(self, layer):
        super().__init__(layer)
        self.layer = layer

    def kernel_forward(self, x, weights):
        return depthwise(self.layer, x.shape[-1]).forward(x, as_groups(weights[0]))

    def kernel_backward(self, x, weights, dz):
        twin = depthwise(self.layer, x.shape[-1])
        dx, dkernel = twin.backward(x, as_groups(weights[0]), dz)
        return dx, [dkernel.reshape(weights[0].shape)]


class SeparableConv2D(Linear):
    def __init__(self, layer):
        super().__init__(layer)
        self.layer = layer

    def middle(self, x, weights):
        return depthwise(self.layer, x.shape[-1]).forward(x, as_groups(weights[0]))

    def kernel_forward(self, x, weights):
        return self.middle(x, weights) @ weights[1][0, 0]

    def kernel_backward(self, x, weights, dz):
        middle = self.middle(x, weights)
        dpointwise = np.einsum("brck,brcf->kf", middle, dz)
        twin = depthwise(self.layer, x.shape[-1])
        dx, dkernel = twin.backward(x, as_groups(weights[0]), dz @ weights[1][0, 0].T)
        return dx, [dkernel.reshape(weights[0].shape), dpointwise[None, None]]


class Conv2DTranspose(Linear):
    def __init__(self, layer):
        super().__init__(layer)
        self.transpose = Transpose(
            layer.strides, layer.padding, layer.dilation_rate, layer.output_padding
        )

    def kernel_forward(self, x, weights):
        return self.transpose.forward(x, weights[0])

    def kernel_backward(self, x, weights, dz):
        dx, dkernel = self.transpose.backward(x, weights[0], dz)
        return dx, [dkernel]


class Weightless:
    """A function of x alone, and its way back."""

    def __init__(self, forward, backward):
        self._forward, self._backward = forward, backward

    def forward(self, x, weights):
        return self._forward(x)

    def backward(self, x, weights, dy):
        return self._backward(x, dy), []


def pooling(layer):
    kind = "max" if "Max" in type(layer).__name__ else "average"
    if hasattr(layer, "pool_size"):
        twin = Pooling(kind, layer.pool_size, layer.strides, layer.padding)
    else:
        twin = Pooling(kind, keepdims=layer.keepdims)
    return Weightless(twin.forward, twin.backward)


def zero_padding(layer):
    (top, bottom), (left, right) = layer.padding
    around = ((0, 0), (top, bottom), (left, right), (0, 0))

    def backward(x, dy):
        return dy[:, top : top + x.shape[1], left : left + x.shape[2]]

    return Weightless(lambda x: np.pad(x, around), backward)


def up_sampling(layer):
    rows, columns = layer.size

    def backward(x, dy):
        blocks = dy.reshape(*x.shape[:2], rows, x.shape[2], columns, x.shape[3])
        return blocks.sum(axis=(2, 4))

    return Weightless(lambda x: x.repeat(rows, axis=1).repeat(columns, axis=2), backward)


def leaky_relu(layer):
    slope = layer.negative_slope
    return Weightless(
        lambda x: np.where(x > 0, x, slope * x), lambda x, dy: np.where(x > 0, dy, slope * dy)
    )


MAKERS = {
    "Conv2D": Conv2D,
    "Conv1D": Conv1D,
    "DepthwiseConv2D": DepthwiseConv2D,
    "SeparableConv2D": SeparableConv2D,
    "Conv2DTranspose": Conv2DTranspose,
    "MaxPooling2D": pooling,
    "AveragePooling2D": pooling,
    "GlobalMaxPooling2D": pooling,
    "GlobalAveragePooling2D": pooling,
    "ZeroPadding2D": zero_padding,
    "UpSampling2D": up_sampling,
    "LeakyReLU": leaky_relu,
}


def of(layer):
    return MAKERS[type(layer).__name__](layer)
