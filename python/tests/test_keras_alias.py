"""`martlet.keras`: programs written for Keras change their import lines only."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import martlet
from martlet import keras

MODULES = sorted(name for name in keras.__all__ if name.islower() and name != "__version__")


@pytest.mark.parametrize("name", [*MODULES, "optimizers.schedules", "datasets.mnist"])
def test_each_module_is_the_one_of_martlet(name):
    found = importlib.import_module(f"martlet.keras.{name}")
    assert found is importlib.import_module(f"martlet.{name}")


def test_classes_are_the_same_however_they_are_imported():
    from martlet.keras.layers import Dense
    from martlet.keras.models import Sequential
    from martlet.keras.optimizers.schedules import CosineDecay

    assert Dense is martlet.layers.Dense
    assert Sequential is keras.Sequential is martlet.Sequential
    assert CosineDecay is martlet.optimizers.schedules.CosineDecay


def test_a_module_is_not_loaded_a_second_time():
    code = (
        "import martlet.keras.optimizers.schedules as schedules\n"
        "from martlet.keras.datasets import mnist\n"
        "import martlet\n"
        "print(schedules is martlet.optimizers.schedules, mnist is martlet.datasets.mnist)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["True", "True"]


def test_importing_martlet_does_not_load_it():
    code = "import sys, martlet; print('martlet.keras' in sys.modules); martlet.keras.layers.Dense"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_missing_module_is_an_import_error():
    with pytest.raises(ImportError):
        importlib.import_module("martlet.keras.layres")
