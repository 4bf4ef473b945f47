"""Pooling, window by window."""

from __future__ import annotations

from itertools import product

import numpy as np

from twins.windows import seen


class Pooling:
    """`kind` is "max" or "average"; a size of None is the whole image."""

    def __init__(self, kind, size=None, strides=None, padding="valid", keepdims=True):
        self.kind, self.size, self.strides, self.padding = kind, size, strides, padding
        self.keepdims = keepdims

    def windows(self, x):
        """Each (output row, output column) with the index of all that it sees."""
        size = self.size or x.shape[1:3]
        strides = self.strides or size
        axes = [seen(x.shape[1 + a], size[a], strides[a], 1, self.padding) for a in (0, 1)]
        for (r, rows), (c, columns) in product(enumerate(axes[0]), enumerate(axes[1])):
            seen_places = np.ix_([row for _, row in rows], [column for _, column in columns])
            yield r, c, (slice(None), *seen_places)

    def forward(self, x):
        places = list(self.windows(x))
        y = np.zeros((len(x), places[-1][0] + 1, places[-1][1] + 1, x.shape[-1]))
        for r, c, window in places:
            reduce = np.max if self.kind == "max" else np.mean
            y[:, r, c] = reduce(x[window], axis=(1, 2))
        return y if self.keepdims else y.reshape(len(x), -1)

    def backward(self, x, dy):
        dx = np.zeros_like(x)
        y = self.forward(x)
        rows = max(r for r, _, _ in self.windows(x)) + 1
        y, dy = (a.reshape(len(x), rows, -1, x.shape[-1]) for a in (y, dy))
        for r, c, window in self.windows(x):
            part = x[window]
            if self.kind == "max":
                share = part == y[:, r, c][:, None, None]
            else:
                share = np.full_like(part, 1 / (part.shape[1] * part.shape[2]))
            dx[window] += share * dy[:, r, c][:, None, None]
        return dx
