"""The Model type and the functions beside it: construction, errors by kind, metadata."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from core_support import CLASSES, FEATURES, architecture, classifier_layers
from martlet import _core


def test_a_model_describes_itself(core):
    described = json.loads(core.describe())
    assert described["inputs"] == [[FEATURES]]
    assert described["outputs"] == [[CLASSES]]
    kernel = described["layers"][2]["parameters"][0]
    assert (kernel["name"], kernel["shape"]) == ("kernel", [FEATURES, 8])


def test_weights_are_a_function_of_the_seed(new_core, parameters):
    first, again, other = (parameters(new_core(seed=seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_largest_seed_is_taken(new_core):
    new_core(seed=2**64 - 1)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"layers": 3}', "\x00", "[" * 100_000, '{"name": "\ud800"}'],
    ids=range(9),
)
def test_malformed_architectures_are_value_errors(text):
    with pytest.raises(ValueError, match=r"\w"):
        _core.Model(text, 1)


@pytest.mark.parametrize(
    "layer",
    [
        ("Dense", {"units": 0}),
        ("Dense", {"units": -4}),
        ("Dense", {"units": 2**62}),
        ("Dense", {"units": 1.5}),
        ("Dense", {"units": "many"}),
        ("Dense", {}),
        ("Dense", {"units": 4, "activation": "rellu"}),
        ("Dropout", {"rate": 1.5}),
        ("Danse", {"units": 4}),
    ],
)
def test_layers_that_cannot_be_are_refused(layer):
    with pytest.raises((ValueError, TypeError, MemoryError)):
        _core.Model(architecture(layer, shape=(FEATURES,)), 1)


def test_there_is_no_model_without_an_engine():
    with pytest.raises(TypeError):
        _core.Model()
    with pytest.raises(TypeError):
        _core.Model.__new__(_core.Model)
    with pytest.raises(TypeError):
        object.__new__(_core.Model)
    with pytest.raises(TypeError):
        type("Sub", (_core.Model,), {})


def test_calling_init_again_changes_nothing(core):
    before = core.describe()
    core.__init__("other", 3)
    assert core.describe() == before


def test_running_before_compile_is_a_runtime_error(samples, train):
    core = _core.Model(architecture(*classifier_layers(), shape=(FEATURES,)), 1)
    x, y = samples
    with pytest.raises(RuntimeError, match="compile"):
        train(core, x, y)
    with pytest.raises(RuntimeError, match="compile"):
        core.update()
    with pytest.raises((RuntimeError, ValueError)):
        core.view(2, 0, (1,), False)
    assert core.predict([x], None, 16, 0.0, None)[0].shape == (200, CLASSES)


@pytest.mark.parametrize("text", ["", "{}", '{"optimizer": {"class": "Adan", "config": {}}}'])
def test_malformed_configurations_leave_the_old_one(core, samples, train, text):
    with pytest.raises(ValueError, match=r"\w"):
        core.compile(text)
    train(core, *samples)


def test_hyperparameters_are_read_and_set(core):
    assert core.get_hyperparameter("learning_rate") == pytest.approx(0.1)
    core.set_hyperparameter("learning_rate", 0.5)
    assert core.get_hyperparameter("learning_rate") == pytest.approx(0.5)
    with pytest.raises(ValueError, match="learning_rat"):
        core.get_hyperparameter("learning_rat")


def test_frozen_layers_keep_their_weights(core, samples, train, parameters):
    before = parameters(core)
    for layer in range(5):
        core.set_trainable(layer, False)
    train(core, *samples)
    np.testing.assert_array_equal(parameters(core), before)
    core.set_trainable(2, True)
    train(core, *samples)
    assert (parameters(core) != before).any()


@pytest.mark.parametrize("layer", [-1, 5, 2**31 - 1])
def test_layers_that_do_not_exist_cannot_be_frozen(core, layer):
    with pytest.raises(ValueError, match="layer"):
        core.set_trainable(layer, False)


def test_gradients_then_update_is_a_training_step(new_core, samples, train, parameters):
    x, y = (array[:16] for array in samples)
    whole, parts = new_core(), new_core()
    train(whole, x, y)
    parts.gradients([x], [y], None, True)
    parts.update()
    assert parts.get_hyperparameter("iterations") == 1
    np.testing.assert_allclose(parameters(parts), parameters(whole), rtol=1e-6, atol=1e-8)


def test_the_plan_is_json(core):
    plan = json.loads(core.plan(16, True))
    assert plan["steps"]


def test_the_runtime_tells_its_facts():
    facts = json.loads(_core.runtime_info())
    assert facts["version"] == _core.__version__
    assert facts["instruction_set"] in {"avx512", "avx2", "baseline", "neon"}


def test_all_parts_have_one_version():
    assert importlib.metadata.version("martlet") == _core.__version__


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_idx_files_are_read_from_any_buffer(kind):
    header = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3])
    assert _core.parse_idx(kind(header + bytes(6))) == ((2, 3), 12)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes([0, 0, 8]),
        bytes([0, 0, 8, 1, 0, 0, 0, 2, 0]),
        bytes([0, 0, 8, 1, 0, 0, 0, 1, 0, 0]),
        bytes([0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0]),
        bytes([1, 0, 8, 1, 0, 0, 0, 1, 0]),
        bytes([0, 0, 8, 255]) + bytes([255] * 1020),
        bytes([0, 0, 8, 8]) + bytes([255] * 32),
        bytes([0, 0, 8, 0]),
    ],
    ids=["empty", "short", "truncated", "trailing", "float", "magic", "rank", "product", "rank 0"],
)
def test_malformed_idx_files_are_value_errors(data):
    with pytest.raises(ValueError, match=r"\w"):
        _core.parse_idx(data)


def test_the_module_exports_one_symbol():
    symbols = subprocess.run(
        ["nm", "-D", "--defined-only", _core.__file__], capture_output=True, text=True, check=True
    )
    assert [line.split()[-1] for line in symbols.stdout.splitlines()] == ["PyInit__core"]


def test_the_module_needs_no_swift_library_and_is_small():
    needed = subprocess.run(["ldd", _core.__file__], capture_output=True, text=True, check=True)
    assert "swift" not in needed.stdout
    assert "Foundation" not in needed.stdout
    assert os.path.getsize(_core.__file__) < 15_000_000


def test_sub_interpreters_are_refused():
    script = (
        "import _xxsubinterpreters as subs\n"
        "name = subs.create()\n"
        "try:\n    subs.run_string(name, 'from martlet import _core')\n"
        "except subs.RunFailedError as error:\n    print(error)\n"
    )
    if sys.version_info >= (3, 13):
        pytest.skip("the private module of older versions is gone")
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert "ImportError" in result.stdout, result.stderr


def test_models_and_views_come_and_go_without_leaks(new_core, samples, train):
    import resource

    def use():
        core = new_core(units=4096)
        train(core, *samples)
        core.view(0, 0, (4096,), False)

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for _ in range(20):
        use()
    settled = peak()
    for _ in range(200):
        use()
    assert peak() - settled < 20_000  # KiB; 200 leaked parameter buffers alone would be 48 MB
