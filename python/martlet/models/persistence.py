"""Weights to files and back, and whole models to bytes and back."""

from __future__ import annotations

import os
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from martlet import _checks
from martlet.layers.bound import assign_all
from martlet.layers.weights import Array

if TYPE_CHECKING:
    from martlet.models.model import Model


def save_weights(model: Model, path: str | os.PathLike[str]) -> None:
    """See `Model.save_weights`."""
    safetensors = _library()
    target = os.path.realpath(_checks.weights_path(path))
    folder, name = os.path.split(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"save_weights: there is no folder {folder}. Make it first.")
    beside = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}.tmp")
    tensors = {name: np.ascontiguousarray(view) for name, view in _named_views(model).items()}
    try:
        safetensors.numpy.save_file(tensors, beside, metadata={"format": "martlet"})
        _flush(beside)
        os.replace(beside, target)
    except BaseException as error:
        if os.path.exists(beside):
            os.unlink(beside)
        if isinstance(error, safetensors.SafetensorError):
            raise OSError(f"save_weights: cannot write {target}: {error}") from None
        raise
    _flush(folder)


def load_weights(model: Model, path: str | os.PathLike[str]) -> None:
    """See `Model.load_weights`."""
    safetensors = _library()
    source = _checks.path_text("load_weights", path)
    if not os.path.isfile(source):
        raise FileNotFoundError(f"load_weights: there is no file {os.path.abspath(source)}.")
    views = _named_views(model, writable=True)
    try:
        with safetensors.safe_open(source, framework="numpy") as file:
            _check_same_names(source, set(views), set(file.keys()))
            for name, view in views.items():
                part = file.get_slice(name)
                _check_entry(source, name, view, tuple(part.get_shape()), part.get_dtype())
            values = {name: file.get_tensor(name) for name in views}
    except safetensors.SafetensorError as error:
        raise ValueError(
            f"load_weights: {source} is damaged or no safetensors file: {error}"
        ) from None
    for name, value in values.items():
        if not np.isfinite(value).all():
            raise ValueError(f'load_weights: {source} has NaN or Inf in "{name}".')
    for name, view in views.items():
        np.copyto(view, values[name])


def state(model: Model) -> dict[str, Any]:
    """Returns what a copy of the model needs: architecture, weights, and what `compile` was given.

    The optimizer's state is not in it: a copy that trains on starts that at zero.
    """
    compilation = model._compilation
    return {
        "config": model.get_config(),
        "weights": _copied(model) if model.built else None,
        "trainable": [part.trainable for part in _flagged(model)] if model.built else None,
        "input_shapes": model.traced_shapes,
        "seed": model.seed,
        "epochs_trained": model.epochs_trained,
        "compilation": None if compilation is None else compilation.get_config(),
    }


def restored(cls: type[Model], values: dict[str, Any]) -> Model:
    """Makes a model from what `state` returned."""
    model = cls.from_config(values["config"])
    if values["input_shapes"] is not None:
        model._set_input_shape(values["input_shapes"])
    if values["weights"] is not None:
        assign_all(model.title, list(model.engine.graph.holders), values["weights"])
        for part, flag in zip(_flagged(model), values.get("trainable", ()), strict=False):
            if part.trainable != flag:
                part.trainable = flag
    model.seed = values["seed"]
    model.epochs_trained = values["epochs_trained"]
    if values["compilation"] is not None:
        model.compile(**values["compilation"])
    return model


def _flagged(model: Model) -> list[Any]:
    """The layers that can be frozen by themselves."""
    holders = model.engine.graph.holders
    return [part for holder in holders for part in holder.wrapped or (holder,)]


def _copied(model: Model) -> list[Array]:
    """All weights in the order of the engine, which is what pickles have always had."""
    return [array for layer in model.engine.graph.holders for array in layer.get_weights()]


def _library() -> ModuleType:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError:
        raise ImportError(
            "Saving and loading weights needs the safetensors package: pip install safetensors"
        ) from None
    return safetensors


def _named_views(model: Model, writable: bool = False) -> dict[str, Array]:
    return {
        f"{path}/{name}": layer.built_weights.view(name, writable=writable)
        for layer, path in model.engine.graph.weight_paths.items()
        for name in layer.built_weights.shapes
    }


def _check_same_names(source: str, expected: set[str], found: set[str]) -> None:
    if expected != found:
        missing = ", ".join(sorted(expected - found)) or "none"
        extra = ", ".join(sorted(found - expected)) or "none"
        raise ValueError(
            f"load_weights: {source} is of another network. Missing in the file: {missing}. "
            f"Unknown to the model: {extra}. Build the model by the code that saved the file."
        )


def _check_entry(source: str, name: str, view: Array, shape: tuple[int, ...], dtype: str) -> None:
    if shape != view.shape or dtype != "F32":
        raise ValueError(
            f'load_weights: {source} has "{name}" of shape {shape} and dtype {dtype}; '
            f"expected shape {view.shape} and dtype F32."
        )


def _flush(path: str) -> None:
    """Waits until the file, or a folder's list of files, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
