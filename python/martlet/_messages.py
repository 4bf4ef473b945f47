"""Error messages for names and settings: what was expected, what was received, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

_LONGEST = 120

_ALIKE = 0.75
"""From here on a name counts as another one with a slip."""

_FORMER_NAMES = {
    "lr": "learning_rate",
    "nb_epoch": "epochs",
    "init": "kernel_initializer",
    "bias": "use_bias",
}
"""What older versions of Keras, and other libraries, call an argument."""


def shown(value: object) -> str:
    """Returns a value as a message shows it: its `repr`, on one line and not long.

    A `repr` that fails, as that of a list within itself thousands of times, gives the type's name.
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def hint(name: str, choices: Iterable[str]) -> str:
    """Returns ' Did you mean "adam"?' when `name` is a known name with a slip, else nothing.

    Names of several words must agree word by word: a regularizer is no initializer. Training's
    numbers are no answer to those of validation, which begin with "val_".
    """
    known = {
        choice.lower(): choice
        for choice in choices
        if choice.startswith("val_") == name.startswith("val_")
    }
    wanted = name.lower()
    formerly = _FORMER_NAMES.get(wanted)
    scores = {choice: _likeness(wanted, choice) for choice in known}
    best = formerly if formerly in known else max(scores, key=scores.__getitem__, default=None)
    if best is None or (best != formerly and scores[best] < _ALIKE):
        return ""
    return f' Did you mean "{known[best]}"?'


def unknown(kind: str, name: str, choices: Iterable[str]) -> ValueError:
    """Returns the error for a name that is not among `choices`, with the nearest match.

    A name of Keras's is no slip: of it the message says that Martlet does not have it.
    """
    names = sorted(choices)
    is_slip = _bare(name) in map(_bare, names) or not _is_keras(kind, name)
    says = hint(name, names) if is_slip else " Keras has it, Martlet does not."
    return ValueError(f'Unknown {kind} "{name}".{says} Known: {", ".join(names)}.')


def _is_keras(kind: str, name: str) -> bool:
    text = Path(__file__).with_name("keras_names.json").read_text(encoding="utf-8")
    return _bare(name) in map(_bare, json.loads(text).get(kind, ()))


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _likeness(wanted: str, choice: str) -> float:
    """How alike two names are, from 0 to 1: as little as the least alike pair of their words."""
    if wanted.count("_") == choice.count("_"):
        return min(map(_word_likeness, wanted.split("_"), choice.split("_")))
    return _ratio(_bare(wanted), _bare(choice))


def _word_likeness(wanted: str, word: str) -> float:
    # Two letters in each other's place, the beginning of a word, and another number are slips.
    if wanted.isdecimal() and word.isdecimal():
        return 0.9
    if sorted(wanted) == sorted(word) or (len(wanted) >= 3 and word.startswith(wanted)):
        return 0.9
    return _ratio(wanted, word)


def _ratio(one: str, other: str) -> float:
    import difflib  # Needed for errors only; `import martlet` stays quick without it.

    return difflib.SequenceMatcher(None, one, other).ratio()


def shape_text(shape: Iterable[int | None]) -> str:
    """Writes a shape without its batch axis as "(batch, 28, 28)"."""
    return f"({', '.join(['batch', *map(str, shape)])})"
