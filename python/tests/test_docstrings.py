"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import martlet
from martlet import layers

ELSEWHERE = ("martlet._core", "martlet.datasets", "martlet.demo", "martlet.visualization")
MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(martlet.__path__, "martlet.")
    if not name.startswith(ELSEWHERE)
]


class Finder(doctest.DocTestFinder):
    """Finds the examples of decorated functions too."""

    def _from_module(self, module: object, item: object) -> bool:
        return bool(super()._from_module(module, inspect.unwrap(item)))  # type: ignore[misc]


def examples() -> list[doctest.DocTest]:
    finder = Finder(exclude_empty=True)
    names = {"martlet": martlet, "layers": layers, "np": np}
    found = []
    for name in ["martlet", *MODULES]:
        module = importlib.import_module(name)
        found += finder.find(module, name, extraglobs=names)
    return [test for test in found if test.examples]


@pytest.mark.parametrize("example", examples(), ids=lambda test: test.name)
def test_example(example):
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    threads, precision = martlet.get_num_threads(), martlet.get_float32_matmul_precision()
    try:
        result = runner.run(example, out=report.append)
    finally:
        martlet.set_num_threads(threads)
        martlet.set_float32_matmul_precision(precision)
    assert result.failed == 0, "".join(report)


def test_there_are_examples():
    assert len(examples()) >= 12


def test_every_module_says_what_it_is():
    for name in MODULES:
        assert importlib.import_module(name).__doc__, name


def test_files_stay_small():
    for path in Path(martlet.__path__[0]).rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


RIDDLES = {
    "whole number": "integer",
    "the share of": "the fraction of",
    "a share of": "a fraction of",
    "way back": "backward pass",
    "number by number": "element by element",
}
"""Words of our own, and what the trade says."""


def public() -> list[tuple[str, object]]:
    """Everything that a module of the package lists in __all__, and the methods of its classes."""
    found = {}
    for name in ["martlet", *MODULES]:
        module = importlib.import_module(name)
        for key in getattr(module, "__all__", []):
            item = inspect.unwrap(getattr(module, key))
            if not (inspect.isclass(item) or inspect.isfunction(item)):
                continue
            if not item.__module__.startswith("martlet"):
                continue
            found[f"{item.__module__}.{item.__qualname__}"] = item
            members = vars(item).items() if inspect.isclass(item) else ()
            for own, member in members:
                if not own.startswith("_") and (callable(member) or isinstance(member, property)):
                    found[f"{item.__module__}.{item.__qualname__}.{own}"] = member
    return sorted(found.items())


@pytest.mark.parametrize(("name", "item"), public(), ids=lambda value: str(value)[-60:])
def test_docstrings_begin_with_a_sentence_in_the_words_of_the_trade(name, item):
    text = inspect.getdoc(item)
    assert text, f"{name} has no docstring"
    first = text.split("\n\n")[0]
    assert first.rstrip('"`)').endswith((".", ":")), f"{name}: the first paragraph has no full stop"
    for riddle, word in RIDDLES.items():
        assert riddle not in text.lower(), f'{name}: say "{word}" and not "{riddle}"'


@pytest.mark.parametrize(
    ("name", "item"),
    [(name, item) for name, item in public() if inspect.isclass(item)],
    ids=lambda value: str(value)[-60:],
)
def test_classes_describe_the_arguments_that_they_have(name, item):
    """A section "Args" names the constructor's arguments, all of them and no others."""
    text = inspect.getdoc(item) or ""
    if "Args:\n" not in text:
        return
    section = text.split("Args:\n")[1].split("\n\n")[0]
    described = re.findall(r"^    \*{0,2}(\w+)(?:, \*{0,2}(\w+))*:", section, re.MULTILINE)
    named = {word for words in described for word in words if word}
    parameters = inspect.signature(item).parameters.values()
    open_ended = {
        entry.name
        for entry in parameters
        if entry.kind in (entry.VAR_POSITIONAL, entry.VAR_KEYWORD)
    }
    taken = {entry.name for entry in parameters} - open_ended
    others = {*open_ended, *getattr(item, "shared_arguments", ())}
    assert taken <= named | {"name", "seed"}, f"{name} does not describe {taken - named}"
    assert named <= taken | others, f"{name} describes {named - taken - others}, which it lacks"
