"""Builds martlet._core: the Swift engine, its runtime and the C module in one file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

ROOT = Path(__file__).parent.resolve()
sys.path.insert(0, str(ROOT / "scripts"))

import engine  # noqa: E402
import toolchain  # noqa: E402

SOURCES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "python/src").glob("*.c"))
HEADERS = "Sources/CMartlet/include"
EXPORTS = "python/src/exports.map"
WARNINGS = ["-Wall", "-Wextra", "-Wno-missing-field-initializers"]


def version() -> str:
    """The version, which the C ABI's header states for every part of the project."""
    header = (ROOT / HEADERS / "martlet.h").read_text(encoding="utf-8")
    return re.search(r'#define MARTLET_VERSION "(.+)"', header)[1]


class BuildCore(build_ext):
    """Builds the engine with SwiftPM, compiles the module, and links both with the Swift runtime.

    SwiftPM rebuilds only what changed, so a second `pip install` is quick. `swiftc` drives the
    linker because it knows which of its runtime libraries the engine uses, and where they are.
    """

    def run(self) -> None:
        """Looks for what is missing before the long steps."""
        toolchain.require()
        super().run()

    def build_extension(self, extension: Extension) -> None:
        """Builds one extension module into one file."""
        import numpy

        self._use_swift_clang()
        archive = engine.build()
        objects = self.compiler.compile(
            extension.sources,
            output_dir=self.build_temp,
            include_dirs=[str(ROOT / HEADERS), numpy.get_include(), *self.include_dirs],
            extra_postargs=["-std=gnu11", "-O2", "-g0", "-fno-lto", *WARNINGS],
            depends=extension.depends,
        )
        self._link(objects, archive, Path(self.get_ext_fullpath(extension.name)))

    def _use_swift_clang(self) -> None:
        """What compiled this Python need not be here; the Swift toolchain's compiler is."""
        if "CC" not in os.environ:
            clang = toolchain.swift_clang()
            self.compiler.set_executable("compiler_so", [clang, "-fPIC", "-DNDEBUG"])

    def _link(self, objects: list[str], archive: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A running process may have the old file mapped: write beside it and rename.
        fresh = target.with_suffix(".new")
        command = ["swiftc", "-emit-library", "-static-stdlib", "-use-ld=lld"]
        for flag in (f"--version-script={ROOT / EXPORTS}", "--gc-sections", "--strip-all"):
            command += ["-Xlinker", flag]
        subprocess.run([*command, "-o", str(fresh), *objects, str(archive), "-lz"], check=True)
        fresh.replace(target)


class SourceArchive(sdist):
    """Adds the Swift sources as they are: a manifest drops all but one name of a linked folder."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Fills the folder that becomes the archive."""
        super().make_release_tree(base_dir, files)
        shutil.copytree(ROOT / "Sources", Path(base_dir, "Sources"), symlinks=True)


setup(
    version=version(),
    cmdclass={"build_ext": BuildCore, "sdist": SourceArchive},
    ext_modules=[
        Extension(
            "martlet._core",
            sources=SOURCES,
            depends=["python/src/core.h", f"{HEADERS}/martlet.h"],
        )
    ],
)
