"""Where data files lie on this machine, and how they get there."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

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
    check: Callable[[str, Path], object],
) -> list[str]:
    """Downloads `<mirror>/<name>.gz` into a folder, from the first mirror that has a sound copy.

    A file appears under its name only once it is complete and checked.

    Args:
        names: The files.
        folder: The folder to fill; made if need be. None if there is no place for one.
        mirrors: Base addresses, in the order to try them.
        check: Called with the name and the path of a downloaded file; raises ValueError when the
            file is not sound.

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


def _download_one(url: str, folder: Path, name: str, check: Callable[[str, Path], object]) -> None:
    with warnings.catch_warnings():
        # tqdm, which pooch loads, warns in a notebook that has no widgets, and does well without.
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch

    has_tqdm = importlib.util.find_spec("tqdm") is not None
    fetch = pooch.HTTPDownloader(progressbar=has_tqdm, timeout=_TIMEOUT_SECONDS)
    # In the same folder, so that the last step is a rename and never a half-written file.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch:
        part = Path(scratch) / f"{name}.gz"
        fetch(url, str(part), None)
        check(name, part)
        part.replace(folder / part.name)


def _reason(error: Exception) -> str:
    from requests.exceptions import ConnectionError as NotConnected
    from requests.exceptions import Timeout

    if isinstance(error, (NotConnected, Timeout)):
        return f"could not be reached ({type(error).__name__})"
    return str(error)
