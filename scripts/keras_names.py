"""Writes docs/keras.md: Keras's public names, and which of them Martlet has.

The names are those of scripts/keras_names.txt; `python scripts/keras_names.py --update` first reads
them anew from an installed Keras.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
NAMES = ROOT / "scripts" / "keras_names.txt"
DOCUMENT = ROOT / "docs" / "keras.md"

MODULES = (
    *("keras", "layers", "models", "activations", "initializers", "losses", "metrics"),
    *("optimizers", "optimizers.schedules", "callbacks", "datasets", "utils", "regularizers"),
    *("constraints", "random", "ops", "saving", "config", "applications"),
)
"""Those that a training program uses; `keras` stands for `import keras` itself."""

_HEADING = """# Which of Keras's names Martlet has

Made by `scripts/keras_names.py` from the public names of {keras}. A name that is here means what
it means in Keras, as far as its docstring does not say otherwise. Arguments that are not here are
taken at Keras's default and refused otherwise. A name that is missing fails where it is imported.

| module | has | of |
| --- | --: | --: |
"""


def read() -> tuple[str, dict[str, list[str]]]:
    """Keras's version, and its names by module, as they were noted."""
    first, *lines = NAMES.read_text(encoding="utf-8").splitlines()
    entries = (line.split(": ", 1) for line in lines)
    return first.removeprefix("# "), {module: names.split() for module, names in entries}


def has(module: str, name: str) -> bool:
    """Whether Martlet has a name where Keras has it."""
    try:
        found = importlib.import_module(_ours(module))
    except ModuleNotFoundError:
        return False
    return name in _public(found)


def document() -> str:
    """The whole document."""
    version, names = read()
    present = {module: [name for name in names[module] if has(module, name)] for module in names}
    rows = [f"| `{m}` | {len(present[m])} | {len(names[m])} |" for m in names]
    parts = [_HEADING.format(keras=version) + "\n".join(rows)]
    for module, ours in present.items():
        missing = [name for name in names[module] if name not in ours]
        parts.append(f"## {module}")
        parts += [f"Has: {_listed(ours)}"] if ours else []
        parts += [f"Lacks: {_listed(missing)}"] if missing else []
    return "\n\n".join(parts) + "\n"


def update() -> None:
    """Notes the names of the installed Keras."""
    keras = importlib.import_module("keras")
    lines = [f"# Keras {keras.__version__}"]
    for module in MODULES:
        found = importlib.import_module("keras" if module == "keras" else f"keras.{module}")
        lines.append(f"{module}: {' '.join(_public(found, everything=True))}")
    NAMES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _public(module: ModuleType, everything: bool = False) -> list[str]:
    """A module's names without what it imports: by __all__, or all but those of inner modules."""
    if hasattr(module, "__all__") and not everything:
        return list(module.__all__)
    named = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    is_datasets = module.__name__.endswith(".datasets")
    return sorted(n for n, value in named.items() if is_datasets or not inspect.ismodule(value))


def _ours(module: str) -> str:
    return "martlet" if module == "keras" else f"martlet.{module}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    if "--update" in sys.argv[1:]:
        update()
    DOCUMENT.write_text(document(), encoding="utf-8")
