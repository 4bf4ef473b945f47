"""`import martlet` is silent, quick and light."""

from __future__ import annotations

import subprocess
import sys

import pytest

import martlet

HEAVY = ("tqdm", "matplotlib", "safetensors", "pooch", "sklearn", "IPython", "pandas", "difflib")


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )


def test_import_prints_nothing():
    result = run("import martlet; martlet.Sequential")
    assert (result.stdout, result.stderr) == ("", "")


def test_import_loads_no_optional_library():
    code = f"import sys, martlet; print([name for name in {HEAVY} if name in sys.modules])"
    assert run(code).stdout.strip() == "[]"


def test_every_public_name_is_there():
    for name in martlet.__all__:
        assert getattr(martlet, name) is not None
    assert set(martlet.__all__) <= set(dir(martlet))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Sequentiel"):
        martlet.Sequentiel  # noqa: B018


def test_the_version_is_the_engines():
    assert martlet.__version__ == martlet.info()["version"]


def test_precision_is_settable():
    before = martlet.get_float32_matmul_precision()
    try:
        for name in ("highest", "high", "medium"):
            martlet.set_float32_matmul_precision(name)
            assert martlet.get_float32_matmul_precision() == name
        with pytest.raises(ValueError, match=r"medium.*low"):
            martlet.set_float32_matmul_precision("low")
        assert martlet.get_float32_matmul_precision() == "medium"
    finally:
        martlet.set_float32_matmul_precision(before)


def test_threads_are_settable():
    before = martlet.get_num_threads()
    try:
        martlet.set_num_threads(1)
        assert martlet.get_num_threads() == 1
        with pytest.raises(ValueError, match="positive"):
            martlet.set_num_threads(0)
    finally:
        martlet.set_num_threads(before)
