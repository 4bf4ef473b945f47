"""Download and cache of data files."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from martlet import _core

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LARGEST_BYTES = 100_000_000
_TIMEOUT_SECONDS = (5, 30)  # to connect, and between two packets


def cache_folder() -> Path | None:
    """The folder for downloads: MARTLET_CACHE, or the place this system reserves for caches.

    Returns:
        The folder, which need not be there; None for a user without a home folder.
    """
    override = os.environ.get("MARTLET_CACHE")
    if override:
        return expanded(override)
    home = expanded("~")
    if sys.platform == "darwin":
        base = home / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home)
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "martlet" if base.is_absolute() else None


def expanded(path: str) -> Path:
    """The path with "~" replaced; as it is where a user has no home folder, or there is no user.

    `Path.home` and `Path.expanduser` raise RuntimeError then, as in containers that run under a
    number without a name.
    """
    return Path(os.path.expanduser(path))


def find_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """The files of a folder by name, in any spelling: plain or `.gz`, `-idx3-` or `.idx3-`."""
    found = {}
    for name in names:
        spellings = (name, name.replace("-idx", ".idx"))
        candidates = [folder / f"{spelling}{end}" for spelling in spellings for end in ("", ".gz")]
        path = next(filter(os.path.isfile, candidates), None)
        if path is not None:
            found[name] = path
    return found


def download(
    names: Iterable[str],
    folder: Path | None,
    mirrors: Sequence[str],
    check: Callable[[Path, io.BytesIO], object],
) -> list[str]:
    """Downloads `<mirror>/<name>.gz` into a folder, from the first mirror that has a sound copy.

    A file appears under its name only once it is complete and checked.

    Args:
        names: The files.
        folder: The folder to fill; made if need be. None if there is no place for one.
        mirrors: Base addresses, in the order to try them.
        check: Called with the path that a file will have and its bytes; raises ValueError when
            they are not sound.

    Returns:
        One line for each thing that went wrong in a download that did not succeed. Empty if all
        the files are there.
    """
    if importlib.util.find_spec("pooch") is None:
        return ["the download needs the package pooch: pip install pooch tqdm"]
    problem = _problem_of(folder)
    if folder is None or problem:
        return [f"{problem}; set MARTLET_CACHE to a folder of yours"]
    remaining = list(mirrors)
    problems: list[str] = []
    for name in names:
        while remaining:
            try:
                _download_one(f"{remaining[0]}{name}.gz", folder, name, check)
                break
            except (OSError, ValueError) as error:
                problems.append(f"{urlsplit(remaining[0]).netloc}: {_reason(error)}")
                remaining.pop(0)
        if not remaining:
            return problems
    return []


def _problem_of(folder: Path | None) -> str:
    """Why nothing can be written into a folder, which is made if need be; "" if it can."""
    if folder is None:
        return "there is no place for a cache, because this user has no home folder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"the cache cannot be made ({error})"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"the cache {folder} cannot be written"


class _Download(io.BytesIO):
    """What a mirror sends, up to a size that no data set here has."""

    def write(self, data: Buffer) -> int:
        if self.tell() > _LARGEST_BYTES:
            raise ValueError(f"sent more than {_LARGEST_BYTES:,} bytes")
        return super().write(data)


def _download_one(
    url: str, folder: Path, name: str, check: Callable[[Path, io.BytesIO], object]
) -> None:
    with warnings.catch_warnings():
        # tqdm, which pooch loads, warns in a notebook that has no widgets, and does well without.
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch

    has_tqdm = importlib.util.find_spec("tqdm") is not None
    fetch = pooch.HTTPDownloader(progressbar=has_tqdm, timeout=_TIMEOUT_SECONDS)
    data = _Download()
    fetch(url, data, None)
    data.seek(0)
    check(folder / f"{name}.gz", data)
    _core.write_file(folder / f"{name}.gz", data.getbuffer())


def _reason(error: Exception) -> str:
    from requests.exceptions import ConnectionError as NotConnected
    from requests.exceptions import Timeout

    if isinstance(error, (NotConnected, Timeout)):
        return f"could not be reached ({type(error).__name__})"
    return str(error)
