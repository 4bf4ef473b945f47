"""Which places of an axis a window sees."""

from __future__ import annotations

import math


def output_extent(extent, window, stride, padding):
    if padding == "same":
        return math.ceil(extent / stride)
    return (extent - window) // stride + 1


def zeros_before(extent, outputs, window, stride, padding):
    if padding == "valid":
        return 0
    return max((outputs - 1) * stride + window - extent, 0) // 2


def seen(extent, size, stride, dilation, padding, outputs=None):
    """For each output the (tap, place) pairs that lie inside the axis."""
    window = (size - 1) * dilation + 1
    if outputs is None:
        outputs = output_extent(extent, window, stride, padding)
    first = zeros_before(extent, outputs, window, stride, padding)
    return [
        [
            (tap, place)
            for tap in range(size)
            if 0 <= (place := output * stride + tap * dilation - first) < extent
        ]
        for output in range(outputs)
    ]
