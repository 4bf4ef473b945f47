"""Saving and loading: weights as files, whole models as bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.layers.bound import restart_if_diverged
from martlet.layers.memory import Array
from martlet.models.network import Network

if TYPE_CHECKING:
    from martlet.models.model import Model

FilePath = str | bytes | os.PathLike[str] | os.PathLike[bytes]


class Saves(Network):
    """A network whose weights go to files and come back."""

    @takes_keras_arguments("Model.save_weights")
    def save_weights(
        self, filepath: FilePath, overwrite: bool = True, *, allow_nonfinite: bool = False
    ) -> None:
        """Saves all parameters in the safetensors format, as "layer/parameter".

        The file appears whole or not at all: it is written beside its place, as ".martlet-0.tmp",
        and takes it in one step. It keeps the permissions of a file that it replaces. Links are
        followed. A process that is killed meanwhile may leave one such file, which the next save
        into the folder removes.

        Args:
            filepath: Where to, ending in ".safetensors".
            overwrite: Whether to replace a file that is there. (Keras asks at the terminal.)
            allow_nonfinite: Whether to save weights that are NaN or infinite too. (Keras always
                does, also over a good file.)

        Raises:
            FileExistsError: There is a file, and `overwrite` is False.
            OSError: The file cannot be written: a missing folder, a full disk, a device or a pipe.
            ValueError: A weight is NaN or infinite; nothing is written then.
        """
        target = _checks.weights_path(filepath)
        replaces = _checks.flag("save_weights", "overwrite", overwrite)
        takes_all = _checks.flag("save_weights", "allow_nonfinite", allow_nonfinite)
        built = self.built_model
        with self.turn:
            built.save_weights(target, replaces, takes_all)

    @takes_keras_arguments("Model.load_weights")
    def load_weights(self, filepath: FilePath, *, allow_nonfinite: bool = False) -> None:
        """Reads all parameters from a file that `save_weights` wrote.

        The optimizer's state is kept, unless the model has diverged to NaN or infinity: then it
        starts anew, as after `compile`, and so does its count of updates. The same holds for
        `set_weights` and `assign`.

        Args:
            filepath: Where from.
            allow_nonfinite: Whether to take weights that are NaN or infinite.

        Raises:
            FileNotFoundError: No such file.
            ValueError: The file is damaged, is of another network, or holds NaN or infinity; the
                model is unchanged then.
        """
        source = _checks.path_text("load_weights", filepath, "filepath")
        takes_all = _checks.flag("load_weights", "allow_nonfinite", allow_nonfinite)
        built = self.built_model
        with self.turn:
            built.load_weights(source, takes_all)
            restart_if_diverged(built.holders)


def state(model: Model) -> dict[str, Any]:
    """Returns what a copy of the model needs: architecture, weights, and what `compile` was given.

    The optimizer's state is not in it: a copy that trains on starts that at zero.
    """
    compilation = model._compilation
    return {
        "config": model.get_config(),
        "weights": [view.copy() for view in _views(model)] if model.built else None,
        "trainable": [part.trainable for part in _flagged(model)] if model.built else None,
        "input_shapes": model.graph_source.traced_shapes,
        "seed": model.seed,
        "epochs_trained": model.epochs_trained,
        "compilation": None if compilation is None else compilation.get_config(),
    }


def restored(cls: type[Model], values: dict[str, Any]) -> Model:
    """Makes a model from what `state` returned."""
    model = cls.from_config(values["config"])
    if values["input_shapes"] is not None:
        model.graph_source.take_shape(model, values["input_shapes"])
    if values["weights"] is not None:
        # Not by set_weights, which refuses NaN: a model that has diverged has copies too.
        for view, value in zip(_views(model), values["weights"], strict=True):
            np.copyto(view, value)
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
    holders = model.built_model.holders
    return [part for holder in holders for part in holder.wrapped or (holder,)]


def _views(model: Model) -> list[Array]:
    """All weights in the order of the engine, which is what pickles have always had."""
    return [
        layer.built_weights.view(name, writable=True)
        for layer in model.built_model.holders
        for name in layer.built_weights.shapes
    ]
