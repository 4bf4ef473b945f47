"""Warnings of badly scaled pixels: never divided by 255, or divided twice.

A warning comes only where the numbers leave no doubt, that is, where they are the 256 grey levels
of a picture, their 255th, or the 255th of that, bit for bit; and only of a network that neither
scales nor normalises them. Standardised features, indices and measurements look different.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from martlet.data.arrays import Array
from martlet.utils import console

if TYPE_CHECKING:
    from martlet.graph import Built, Graph, Node, SymbolicTensor

_LOOKED_AT = 1 << 16
_FEWEST_FEATURES = 64
_FEWEST_LEVELS = 16
_BRIGHT = 200
_TYPICAL = 16.0
"""The least root mean square of grey levels: counts and codes are mostly smaller."""

_FACTORS = {"raw": 1, "divided": 255, "divided twice": 255 * 255}

_KEEPERS = frozenset(
    {
        *("Dropout", "Flatten", "GaussianDropout", "GaussianNoise", "LeakyReLU", "Masking"),
        *("AveragePooling1D", "AveragePooling2D", "MaxPooling1D", "MaxPooling2D"),
        *("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D"),
        *("GlobalMaxPooling2D", "InputLayer", "Permute", "ReLU", "RepeatVector", "Reshape"),
        *("SpatialDropout1D", "SpatialDropout2D", "UpSampling2D", "ZeroPadding2D"),
    }
)
"""Layers whose outputs have the scale of their inputs."""

_LEARNERS = frozenset(
    {
        *("Bidirectional", "Conv1D", "Conv2D", "Conv2DTranspose", "Dense", "DepthwiseConv2D"),
        *("GRU", "LSTM", "SeparableConv2D", "SimpleRNN", "TimeDistributed"),
    }
)
_NORMALISERS = frozenset({"BatchNormalization", "LayerNormalization"})


def warn_of_scale(inputs: Sequence[Array], built: Built) -> None:
    """Warns, once for each model, of pixels that the model takes on a scale that does not suit it.

    Args:
        inputs: What the model is to learn from; the first numbers of each are looked at.
        built: The model in the engine.
    """
    if not built.watches_scale:
        return
    for array, tensor in zip(inputs, built.graph.inputs, strict=True):
        scale = scale_of(array)
        message = "" if scale is None else _message(scale, tensor, built.graph)
        if message:
            built.watches_scale = False
            console.warn(message)
            return


def scale_of(array: Array) -> str | None:
    """Returns "raw", "divided" or "divided twice" for what is surely pixels, otherwise None."""
    if array.ndim < 2 or array[0].size < _FEWEST_FEATURES:
        return None
    count = max(1, _LOOKED_AT // array[0].size)
    values = array[:count].reshape(-1)[:_LOOKED_AT].astype(np.float64)
    largest = values.max()
    for scale, factor in _FACTORS.items():
        if _BRIGHT <= largest * factor <= 255.001:
            return scale if _are_levels(values * factor) else None
    return None


def _are_levels(values: Array) -> bool:
    levels = np.rint(values)
    # Rounded to float32, 255 x / 255 is off by some millionths.
    if values.min() < 0 or np.abs(values - levels).max() > 1e-3:
        return False
    counts = np.bincount(levels.astype(np.int64))
    typical = np.sqrt(np.mean(values**2))
    return bool(np.count_nonzero(counts) >= _FEWEST_LEVELS and typical >= _TYPICAL)


def _message(scale: str, tensor: SymbolicTensor, graph: Graph) -> str:
    name = "x" if len(graph.inputs) == 1 else f'The input "{tensor.node.layer.name}"'
    first = _readers([tensor], graph)
    dividers = [node.layer for node in first if _divides(node.layer)]
    if scale == "divided" and dividers:
        return (
            f"{name} has numbers from 0 to 1 that are pixels divided by 255, and "
            f"{dividers[0].title} divides them once more, so that the network sees almost nothing. "
            "Pass the pixels as they were, or leave that layer out."
        )
    if scale == "divided twice" and not any(_is_kind(node, "Rescaling") for node in first):
        return (
            f"{name} has numbers from 0 to 1/255 that are pixels divided by 255 twice, so that the "
            "network sees almost nothing. Divide once: a cell of a notebook that says x = x / 255 "
            "must run only once."
        )
    if scale == "raw":
        for node in first:
            if _learns_from_raw(node, graph):
                return (
                    f"{name} has integers from 0 to 255, as pixels have, and "
                    f"{node.layer.title} takes them as they are. Networks learn badly from numbers "
                    f"that large: pass {'x' if name == 'x' else 'it'} / 255, or begin the model "
                    "with layers.Rescaling(1 / 255)."
                )
    return ""


def _divides(layer: Any) -> bool:
    return type(layer).__name__ == "Rescaling" and 0 < abs(layer.scale) <= 0.01


def _learns_from_raw(node: Node, graph: Graph) -> bool:
    """Whether a node is a layer that learns, and that nothing normalises right behind."""
    if type(node.layer).__name__ not in _LEARNERS or not node.layer.trainable:
        return False
    return not any(_is_kind(after, *_NORMALISERS) for after in _readers(node.outputs, graph))


def _readers(tensors: Iterable[SymbolicTensor], graph: Graph) -> list[Node]:
    """The first nodes behind some tensors that may change the scale."""
    reached = {id(tensor) for tensor in tensors}
    found = []
    for node in graph.nodes:
        if not any(id(tensor) in reached for tensor in node.inputs):
            continue
        if _is_kind(node, *_KEEPERS) or _is_rectifier(node.layer):
            reached.update(id(tensor) for tensor in node.outputs)
        else:
            found.append(node)
    return found


def _is_rectifier(layer: Any) -> bool:
    return type(layer).__name__ == "Activation" and layer.activation.__name__ in ("linear", "relu")


def _is_kind(node: Node, *names: str) -> bool:
    return type(node.layer).__name__ in names
