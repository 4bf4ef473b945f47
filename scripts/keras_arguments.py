"""Writes what Keras has: arguments to keras_arguments.json, names to keras_names.json.

Both lie in python/martlet: the arguments of Keras's classes and methods, and the names of all that
Keras finds by name.

All of Keras's classes are there, whether Martlet has them or not, so that a new one of Martlet's
needs no entry. Run it by hand, in an environment with Keras 3, when Keras has changed:
`python scripts/keras_arguments.py`.
"""

from __future__ import annotations

import inspect
import json
import pathlib
from typing import Any

import keras
from keras.src import activations, initializers, losses, metrics, optimizers

FOLDER = pathlib.Path(__file__).parent.parent / "python" / "martlet"
TARGET = FOLDER / "keras_arguments.json"

NAMED = {
    "activation": activations.ALL_OBJECTS_DICT,
    "initializer": initializers.ALL_OBJECTS_DICT,
    "layer class": [name for name in dir(keras.layers) if name[0].isupper()],
    "loss": losses.ALL_OBJECTS_DICT,
    "metric": metrics.ALL_OBJECTS_DICT,
    "optimizer": optimizers.ALL_OBJECTS_DICT,
    "schedule": [name for name in dir(keras.optimizers.schedules) if name[0].isupper()],
}

FAMILIES = {
    "layers": keras.layers,
    "optimizers": keras.optimizers,
    "optimizers.schedules": keras.optimizers.schedules,
    "losses": keras.losses,
    "metrics": keras.metrics,
    "initializers": keras.initializers,
    "callbacks": keras.callbacks,
}

BASES = ("Optimizer", "LearningRateSchedule", "Loss", "Metric", "Initializer", "Callback")
"""These take what their subclasses in Martlet hand on."""

METHODS = ("compile", "fit", "evaluate", "predict", "summary", "save_weights", "load_weights")

FUNCTIONS = {
    "Input": keras.Input,
    "clone_model": keras.models.clone_model,
    **{f"Model.{name}": getattr(keras.Model, name) for name in METHODS},
}


def parameters(function: Any) -> list[list[Any]]:
    """[name, default] for each argument; [name] for one that must be given."""
    return [
        [item.name] if item.default is item.empty else [item.name, item.default]
        for item in inspect.signature(function).parameters.values()
        if item.name != "self" and item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]


def constructor(cls: Any, base: Any) -> list[list[Any]]:
    """The arguments of a class, and those of every layer if it takes any others."""
    found = parameters(cls.__init__)
    signature = inspect.signature(cls.__init__).parameters.values()
    if base is keras.layers.Layer and any(item.kind is item.VAR_KEYWORD for item in signature):
        names = {name for name, *_ in found}
        found += [entry for entry in parameters(base.__init__) if entry[0] not in names]
    return found


def _is_unwritable(default: Any) -> bool:
    """Whether JSON cannot hold a default, as that of a layer which Martlet could not have."""
    try:
        json.dumps(default)
    except TypeError:
        return True
    return False


def main() -> None:
    """Writes the file, a line for each class or function."""
    lines = []
    for family, module in FAMILIES.items():
        for name, cls in vars(module).items():
            if not inspect.isclass(cls) or cls.__name__ != name or name in (*BASES, "CallbackList"):
                continue
            entry = constructor(cls, getattr(module, "Layer", None))
            if not any(_is_unwritable(default) for _, *rest in entry for default in rest):
                lines.append((f"{family}.{name}", entry))
    lines.append(("models.Sequential", parameters(keras.Sequential.__init__)))
    lines += [(f"models.{name}", parameters(function)) for name, function in FUNCTIONS.items()]
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in lines)
    TARGET.write_text(f"{{\n{text}\n}}\n")
    lists = [f"{json.dumps(kind)}: {json.dumps(sorted(names))}" for kind, names in NAMED.items()]
    (FOLDER / "keras_names.json").write_text("{\n" + ",\n".join(lists) + "\n}\n")


if __name__ == "__main__":
    main()
