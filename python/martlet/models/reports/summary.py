"""Summary of a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from martlet import _checks
from martlet.graph import Graph, Level, Part, Place
from martlet.layers import InputLayer
from martlet.layers.composition import leaves_of
from martlet.models.weights import HasWeights
from martlet.utils import console
from martlet.utils.columns import wrapped
from martlet.utils.table import html_table, text_table

_HEAD = ("Layer (type)", "Output Shape", "Param #")


@dataclass(frozen=True)
class Columns:
    """What a table has beside names, shapes and numbers; see `Model.summary`."""

    expand_nested: bool = False
    show_trainable: bool = False


_PLAIN = Columns()


def show(
    model: HasWeights,
    line_length: int | None,
    print_fn: Callable[[str], object] | None,
    columns: Columns = _PLAIN,
) -> None:
    """Prints the table, or displays it in a notebook; see `Model.summary`."""
    if line_length is not None:
        line_length = _checks.integer("summary", "line_length", line_length)
    if print_fn is not None:
        _checks.function("summary", "print_fn", print_fn)
    if line_length is None and print_fn is None and console.is_notebook():
        console.display(_Shown(text(model, console.columns(), columns), html(model, columns)))
        return
    lines = text(model, line_length or console.columns(), columns)
    if print_fn is None:
        console.say(lines)
        return
    for line in lines.splitlines():
        print_fn(line)


def text(model: HasWeights, width: int | None = None, columns: Columns = _PLAIN) -> str:
    """Returns the table as text of at most a width, with totals below."""
    rows = _rows(model, columns)
    table = text_table(_head(model, columns), rows, right=(2,), width=width)
    above, below = wrapped(f'Model: "{model.name}"', width), _totals(model)
    return "\n".join([*above, table, *(part for line in below for part in wrapped(line, width))])


def html(model: HasWeights, columns: Columns = _PLAIN) -> str:
    """Returns the table as HTML, with totals below."""
    rows, head, title = _rows(model, columns), _head(model, columns), repr(model)[1:-1]
    return html_table(head, rows, right=(2,), title=title, notes=_totals(model))


class _Shown:
    """A table in both of the forms that a notebook may show."""

    def __init__(self, plain: str, rich: str) -> None:
        self._plain, self._rich = plain, rich

    def __repr__(self) -> str:
        return self._plain

    def _repr_html_(self) -> str:
        return self._rich


def _rows(model: HasWeights, columns: Columns) -> list[tuple[str, ...]]:
    """The cells of each layer, and of the layers within it."""
    rows: list[tuple[str, ...]] = []
    for part, row in _layer_rows(model):
        blank = ("",) * (len(row) - 3)
        inner = _inner_rows(part, "") if columns.expand_nested else []
        for shown, cells in [(part, row), *((item, (*cells, *blank)) for item, cells in inner)]:
            rows.append((*cells, _trained(shown)) if columns.show_trainable else cells)
    return rows


def _inner_rows(part: Part, indent: str) -> list[tuple[Part, tuple[str, ...]]]:
    """The layers of a model or composed layer, and those within them."""
    found: list[tuple[Part, tuple[str, ...]]] = []
    for inner in part.parts:
        if not isinstance(inner, InputLayer):
            found.append((inner, (f"{indent}└ {_title(inner)}", _own_shape(inner), _count(inner))))
            found += _inner_rows(inner, indent + "  ")
    return found


def _own_shape(part: Part) -> str:
    """The shape of what a part gave where it was first used."""
    try:
        outputs: Any = part.output  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):
        return "?"
    ends = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return ", ".join(str(end.shape) for end in ends)


def _trained(part: Part) -> str:
    leaves = leaves_of(part)
    if not any(leaf.weights for leaf in leaves):
        return "-"
    return "Y" if any(leaf.trainable_weights for leaf in leaves) else "N"


def _layer_rows(model: HasWeights) -> list[tuple[Part, tuple[str, ...]]]:
    if model.has_known_inputs:
        model.built_model  # noqa: B018 - built now if it was not
    if not model.built:
        return [(part, (_title(part), "?", "0 (not built)")) for part in model.layers]
    graph = model.built_model.graph
    level = graph.level()
    is_chain = _is_chain(graph)
    rows: list[tuple[Part, tuple[str, ...]]] = []
    for part in graph.parts:
        uses = [index for index, entry in enumerate(level) if entry.part is part]
        if is_chain and isinstance(part, InputLayer) and part not in model.layers:
            continue
        row = (_title(part), _shapes(graph, uses[0]), _count(part))
        sources = [_source(graph, level, place) for index in uses for place in level[index].read]
        rows.append((part, row if is_chain else (*row, ", ".join(sources) or "-")))
    return rows


def _head(model: HasWeights, columns: Columns) -> tuple[str, ...]:
    is_plain = not model.built or _is_chain(model.built_model.graph)
    last = ("Trainable",) if columns.show_trainable else ()
    return (*_HEAD, *(() if is_plain else ("Connected to",)), *last)


def _is_chain(graph: Graph) -> bool:
    """Whether each use reads the one before, so that there is nothing to say about connections."""
    return len(graph.parts) == len(graph.uses) and all(
        [place.use for place in entry.read] == ([index - 1] if index else [])
        for index, entry in enumerate(graph.level())
    )


def _title(part: Part) -> str:
    return f"{part.name} ({type(part).__name__})"


def _shapes(graph: Graph, use: int) -> str:
    return ", ".join(str(tensor.shape) for tensor in graph.uses[use].outputs)


def _source(graph: Graph, level: list[Level], place: Place) -> str:
    name = level[place.use].part.name
    return f"{name}[{place.output}]" if len(graph.uses[place.use].outputs) > 1 else name


def _count(part: Part) -> str:
    leaves = leaves_of(part)
    total = sum(leaf.count_params() for leaf in leaves)
    frozen = total and not any(leaf.trainable_weights for leaf in leaves)
    return f"{total:,}" + (" frozen" if frozen else "")


def _totals(model: HasWeights) -> list[str]:
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
