"""A model as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from martlet.utils.table import html_table, text_table

if TYPE_CHECKING:
    from martlet.layers.layer import Layer
    from martlet.models.model import Model

_HEAD = ("Layer (type)", "Output Shape", "Param #")


def text(model: Model) -> str:
    """Returns the table as text, with totals below."""
    table = text_table(_HEAD, _rows(model), right=(2,))
    return "\n".join([f'Model: "{model.name}"', table, *_totals(model)])


def html(model: Model) -> str:
    """Returns the table as HTML, with totals below."""
    return html_table(
        _HEAD, _rows(model), right=(2,), title=repr(model)[1:-1], notes=_totals(model)
    )


def _rows(model: Model) -> list[tuple[str, str, str]]:
    if model.has_known_inputs:
        model.engine  # noqa: B018 - built now if it was not
    return [
        (f"{layer.name} ({type(layer).__name__})", _shape(model, layer), _count(model, layer))
        for layer in model.layers
    ]


def _shape(model: Model, layer: Layer) -> str:
    if not model.built:
        return "?"
    engine = model.engine
    shapes = engine.description["layers"][engine.layer_index[layer]]["output_shapes"]
    return ", ".join(str((None, *shape)) for shape in shapes)


def _count(model: Model, layer: Layer) -> str:
    if not model.built:
        return "0 (not built)"
    return f"{layer.count_params():,}" + ("" if layer.trainable or not layer.weights else " frozen")


def _totals(model: Model) -> list[str]:
    if not model.built:
        return ["Not built: the shape of the input is not known yet."]
    total = model.count_params()
    trainable = sum(view.size for view in model.trainable_weights)
    return [
        f"Total params: {total:,} ({_size(total)})",
        f"Trainable params: {trainable:,} ({_size(trainable)})",
        f"Non-trainable params: {total - trainable:,} ({_size(total - trainable)})",
    ]


def _size(count: int) -> str:
    size = 4.0 * count
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"
