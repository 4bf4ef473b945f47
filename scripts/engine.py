"""Builds the Swift engine with SwiftPM: for `setup.py`, and for `make`, which shows its progress.

python scripts/engine.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.resolve()


def build() -> Path:
    """Builds what has changed.

    Returns:
        The engine's archive.
    """
    start_afresh_if_moved()
    command = ["swift", "build", "--package-path", str(ROOT), "-c", "release"]
    # The module needs no command line, whose parser would have to be fetched.
    environment = os.environ | {"MARTLET_WITHOUT_TOOL": "1"}
    folder = subprocess.check_output([*command, "--show-bin-path"], text=True, env=environment)
    archive = Path(folder.strip()) / "libMartletABI.a"
    # SwiftPM adds to an archive that is there, which keeps the objects of renamed sources.
    archive.unlink(missing_ok=True)
    subprocess.run([*command, "--product", "MartletABI"], check=True, env=environment)
    return archive


def start_afresh_if_moved(root: Path = ROOT) -> None:
    """Removes a build folder that was made at another place.

    What SwiftPM keeps holds absolute paths, so a clone that was copied or moved together with its
    build folder could not be built.

    Args:
        root: The folder of the package.
    """
    folder, place = root / ".build", root / ".build" / "place"
    if folder.exists() and not _was_made_at(root, folder, place):
        print(f"The clone was copied or moved: building {folder} anew.", flush=True)
        shutil.rmtree(folder)
    folder.mkdir(exist_ok=True)
    place.write_text(str(root), encoding="utf-8")


def _was_made_at(root: Path, folder: Path, place: Path) -> bool:
    if place.exists():
        return place.read_text(encoding="utf-8") == str(root)
    # Made by `swift build` alone: its descriptions name the folder's files.
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.yaml")]
    return any(f"{root}/" in text for text in texts)


if __name__ == "__main__":
    print("Building the engine: two to five minutes the first time, seconds later.", flush=True)
    build()
