"""Docstrings say in the words of the trade what things are, and their examples are true."""

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

ROOT = Path(__file__).parents[2]
ELSEWHERE = ("martlet._core", "martlet.datasets", "martlet.demo", "martlet.visualization")
MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(martlet.__path__, "martlet.")
    if not name.startswith(ELSEWHERE)
]
DESCRIBED = [
    name
    for _, name, _ in pkgutil.walk_packages(martlet.__path__, "martlet.")
    if not name.startswith("martlet._core")
]
"""All modules, also those whose examples need files or the network."""


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


def test_files_stay_small():
    for path in Path(martlet.__path__[0]).rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


RIDDLES = {
    r"whole numbers?": "integer",
    r"(the|a) shares? of|shares of": "fraction",
    r"ways? back": "backward pass",
    r"way forward": "forward pass",
    r"number by number": "element by element",
    r"single numbers": "scalars",
    r"thaws?": "unfreezes",
    r"makes? small": "minimises, objective",
    r"monitored number": "monitored metric",
    r"(?<!standard )deviation": "standard deviation",
    r"what (becomes|comes) (of|to)": "the noun itself",
    r"such a one|are such": "the noun itself",
}
"""Words of our own as regular expressions, and what the trade says."""


def words_of_our_own(text: str) -> list[str]:
    plain = " ".join(text.lower().split())
    found = [(re.search(rf"\b({riddle})\b", plain), word) for riddle, word in RIDDLES.items()]
    return [f'"{word}" rather than "{match.group()}"' for match, word in found if match]


def members(item: type) -> dict[str, object]:
    """The public members of a class, also those of its bases within the package."""
    found = {}
    for base in reversed(item.__mro__):
        if base.__module__.startswith("martlet"):
            found.update(vars(base))
    return {name: member for name, member in found.items() if not name.startswith("_")}


def written_on(member: object) -> object:
    """The function that has the docstring of a method, a class method or a property."""
    for inner in ("__func__", "fget", "func"):
        member = getattr(member, inner, member)
    return inspect.unwrap(member) if callable(member) else member


def public() -> list[tuple[str, object]]:
    """Everything that a module of the package lists in __all__, and the methods of its classes."""
    found: dict[str, object] = {}
    for name in ["martlet", *DESCRIBED]:
        module = importlib.import_module(name)
        for key in getattr(module, "__all__", []):
            item = inspect.unwrap(getattr(module, key))
            if not item_is_ours(item):
                continue
            found[f"{item.__module__}.{item.__qualname__}"] = item
            for member in members(item).values() if inspect.isclass(item) else ():
                entry = written_on(member)
                if inspect.isfunction(entry):
                    found[f"{entry.__module__}.{entry.__qualname__}"] = entry
    return sorted(found.items())


def item_is_ours(item: object) -> bool:
    return (inspect.isclass(item) or inspect.isfunction(item)) and item.__module__.startswith(
        "martlet"
    )


@pytest.mark.parametrize(("name", "item"), public(), ids=lambda value: str(value)[-60:])
def test_docstrings_begin_with_a_sentence_in_the_words_of_the_trade(name, item):
    # A method may have its base's docstring, but a class is not its base.
    text = inspect.cleandoc(item.__doc__ or "") if inspect.isclass(item) else inspect.getdoc(item)
    assert text, f"{name} has no docstring"
    first = text.split("\n\n")[0]
    assert first.rstrip('"`)').endswith((".", ":")), f"{name}: the first paragraph has no full stop"
    assert not words_of_our_own(text), f"{name}: say {'; '.join(words_of_our_own(text))}"


@pytest.mark.parametrize("name", ["martlet", *DESCRIBED])
def test_modules_begin_with_a_sentence_in_the_words_of_the_trade(name):
    text = importlib.import_module(name).__doc__
    assert text, f"{name} has no docstring"
    first = text.split("\n\n")[0].strip()
    assert first.rstrip('"`').endswith((".", ":")), f"{name}: the first paragraph has no full stop"
    assert not words_of_our_own(text), f"{name}: say {'; '.join(words_of_our_own(text))}"


def comments(path: Path) -> str:
    """All of a C file, docstrings being literals; of a Swift file the comments, without code."""
    if path.suffix != ".swift":
        return path.read_text()
    lines = re.findall(r"^\s*//+(.*)", path.read_text(), re.MULTILINE)
    return re.sub(r"`[^`]*`|- \w+:", "", "\n".join(lines))


def test_comments_of_the_engine_are_in_the_words_of_the_trade():
    files = [
        path
        for folder in ("Sources", "python/src")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".swift", ".h", ".c")
    ]
    assert len(files) > 100
    for path in files:
        found = words_of_our_own(comments(path))
        assert not found, f"{path.relative_to(ROOT)}: say {'; '.join(found)}"


def test_words_of_our_own_are_found_across_lines_and_not_inside_others():
    assert words_of_our_own("The share\n    of a class.") == [
        '"fraction" rather than "the share of"'
    ]
    assert not words_of_our_own("Standard deviation; weights that models share; no sway forward.")


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
    described = re.findall(r"^    ((?:\*{0,2}\w+(?:, )?)+):", section, re.MULTILINE)
    named = {word.lstrip("*") for words in described for word in words.split(", ")}
    parameters = inspect.signature(item).parameters.values()
    open_ended = {
        entry.name
        for entry in parameters
        if entry.kind in (entry.VAR_POSITIONAL, entry.VAR_KEYWORD)
    }
    taken = {entry.name for entry in parameters} - open_ended
    others = {*open_ended, *getattr(item, "shared_arguments", ())}
    assert taken <= named, f"{name} does not describe {taken - named}"
    assert named <= taken | others, f"{name} describes {named - taken - others}, which it lacks"
