"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
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
