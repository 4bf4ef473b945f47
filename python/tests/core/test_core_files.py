from __future__ import annotations

import errno
import os
import stat

import numpy as np
import pytest

from martlet import _core


def test_bytes_are_written_and_replaced(tmp_path):
    path = tmp_path / "file"
    _core.write_file(path, b"first")
    path.chmod(0o640)
    _core.write_file(str(path), np.arange(3, dtype=np.uint8))
    assert path.read_bytes() == bytes([0, 1, 2])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    _core.write_file(os.fsencode(path), b"")
    assert path.read_bytes() == b""
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("nowhere/file", errno.ENOENT), ("file/x", errno.ENOTDIR), (".", errno.EISDIR)],
)
def test_failures_of_the_system_have_their_code(tmp_path, name, code):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="expected") as raised:
        _core.write_file(tmp_path / name, b"x")
    assert raised.value.errno == code


@pytest.mark.parametrize("path", [None, 3, "a\0b", ["a"]])
def test_what_is_no_path_is_refused(path):
    with pytest.raises((TypeError, ValueError)):
        _core.write_file(path, b"x")


def test_an_empty_path_is_refused():
    with pytest.raises(ValueError, match="path of a file"):
        _core.write_file("", b"x")


def test_text_is_no_data(tmp_path):
    with pytest.raises(TypeError):
        _core.write_file(tmp_path / "file", "text")
    assert os.listdir(tmp_path) == []
