"""Convolutions written as the sums they are, over every tap of every window."""

from __future__ import annotations

from itertools import product

import numpy as np

from twins.windows import seen


def taps(shape, layer, strides, padding, dilation, outputs=(None, None)):
    """All (output row, output column, kernel row, kernel column, row, column)."""
    axes = [
        seen(shape[axis], layer[axis], strides[axis], dilation[axis], padding, outputs[axis])
        for axis in (0, 1)
    ]
    for (r, rows), (c, columns) in product(enumerate(axes[0]), enumerate(axes[1])):
        for (i, row), (j, column) in product(rows, columns):
            yield r, c, i, j, row, column


def extents(shape, size, strides, padding, dilation):
    return [
        len(seen(shape[axis], size[axis], strides[axis], dilation[axis], padding))
        for axis in (0, 1)
    ]


class Convolution:
    """`kernel` has the shape (rows, columns, channels / groups, filters)."""

    def __init__(self, strides, padding, dilation, groups=1):
        self.options = (strides, padding, dilation)
        self.groups = groups

    def parts(self, x, kernel):
        """The channels and filters of each group."""
        channels, filters = x.shape[-1] // self.groups, kernel.shape[-1] // self.groups
        for part in range(self.groups):
            yield (
                slice(part * channels, (part + 1) * channels),
                slice(part * filters, (part + 1) * filters),
            )

    def forward(self, x, kernel):
        size = kernel.shape[:2]
        y = np.zeros((len(x), *extents(x.shape[1:], size, *self.options), kernel.shape[-1]))
        for r, c, i, j, row, column in taps(x.shape[1:], size, *self.options):
            for k, f in self.parts(x, kernel):
                y[:, r, c, f] += x[:, row, column, k] @ kernel[i, j, :, f]
        return y

    def backward(self, x, kernel, dy):
        dx, dkernel = np.zeros_like(x), np.zeros_like(kernel)
        for r, c, i, j, row, column in taps(x.shape[1:], kernel.shape[:2], *self.options):
            for k, f in self.parts(x, kernel):
                dx[:, row, column, k] += dy[:, r, c, f] @ kernel[i, j, :, f].T
                dkernel[i, j, :, f] += x[:, row, column, k].T @ dy[:, r, c, f]
        return dx, dkernel


class Transpose:
    """`kernel` has the shape (rows, columns, filters, channels)."""

    def __init__(self, strides, padding, dilation, output_padding=None):
        self.options = (strides, padding, dilation)
        self.output_padding = output_padding

    def outer(self, shape, size):
        """The extents of the output, by Keras's rules."""
        strides, padding, dilation = self.options
        result = []
        for axis in (0, 1):
            window = (size[axis] - 1) * dilation[axis] + 1
            steps = (shape[axis] - 1) * strides[axis]
            if self.output_padding is not None:
                window = window if padding == "valid" else window % 2
                result.append(steps + window + self.output_padding[axis])
            elif padding == "valid":
                result.append(steps + max(window, strides[axis]))
            else:
                result.append(steps + strides[axis])
        return result

    def forward(self, x, kernel):
        outer = self.outer(x.shape[1:], kernel.shape)
        y = np.zeros((len(x), *outer, kernel.shape[2]))
        for r, c, i, j, row, column in taps(outer, kernel.shape, *self.options, x.shape[1:3]):
            y[:, row, column] += x[:, r, c] @ kernel[i, j].T
        return y

    def backward(self, x, kernel, dy):
        dx, dkernel = np.zeros_like(x), np.zeros_like(kernel)
        outer = dy.shape[1:3]
        for r, c, i, j, row, column in taps(outer, kernel.shape, *self.options, x.shape[1:3]):
            dx[:, r, c] += dy[:, row, column] @ kernel[i, j]
            dkernel[i, j] += dy[:, row, column].T @ x[:, r, c]
        return dx, dkernel
