"""Reading IDX files: every way in which a file can be broken, and the few in which it is sound."""

from __future__ import annotations

import gzip
import hashlib
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from martlet.datasets import idx
from martlet.datasets.idx import read_idx

PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def encode(array: np.ndarray, declared: tuple[int, ...] | None = None) -> bytes:
    shape = declared or array.shape
    return b"\0\0\x08" + struct.pack(f">B{len(shape)}I", len(shape), *shape) + array.tobytes()


@pytest.fixture
def write(tmp_path: Path):
    def write(content: bytes, name: str = "digits-idx3-ubyte") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_reads_shape_and_values_into_a_writable_array(write, pack):
    array = read_idx(write(pack(encode(PIXELS))))
    np.testing.assert_array_equal(array, PIXELS)
    assert array.dtype == np.uint8
    array[0, 0, 0] = 99
    assert array[0, 0, 0] == 99


def test_compression_is_told_by_content_and_not_by_name(write):
    np.testing.assert_array_equal(read_idx(write(encode(PIXELS), "images.gz")), PIXELS)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("length", range(len(encode(PIXELS))))
def test_a_file_cut_after_any_byte_is_refused_by_name(write, pack, length):
    path = write(pack(encode(PIXELS)[:length]))
    with pytest.raises(ValueError, match=r"digits-idx3-ubyte.*replace it with a fresh copy"):
        read_idx(path)


@pytest.mark.parametrize("length", range(1, len(gzip.compress(encode(PIXELS)))))
def test_an_archive_cut_after_any_byte_is_refused_by_name(write, length):
    path = write(gzip.compress(encode(PIXELS))[:length])
    with pytest.raises(ValueError, match="digits-idx3-ubyte"):
        read_idx(path)


@pytest.mark.parametrize(
    "head",
    [b"\1\0\x08\3", b"\0\1\x08\3", b"\0\0\x0d\3", b"\0\0\x08\0", b"\0\0\x08\xff", b"\x89PNG"],
    ids=["first byte", "second byte", "float data", "rank 0", "rank 255", "a PNG"],
)
def test_another_format_is_refused_by_name(write, head):
    with pytest.raises(ValueError, match="digits-idx3-ubyte"):
        read_idx(write(head + encode(PIXELS)[4:]))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_bytes_after_the_end_are_refused(write, pack):
    with pytest.raises(ValueError, match=r"expected 40 bytes.*received more"):
        read_idx(write(pack(encode(PIXELS) + b"x")))


@pytest.mark.parametrize("offset", [20, -8, -1], ids=["data", "checksum", "length"])
def test_a_changed_byte_in_an_archive_is_noticed(write, offset):
    archive = bytearray(gzip.compress(encode(PIXELS)))
    archive[offset] ^= 0x10
    with pytest.raises(ValueError, match="digits-idx3-ubyte"):
        read_idx(write(bytes(archive)))


def test_an_archive_that_unpacks_to_far_more_than_it_declares_is_stopped_early(write):
    path = write(gzip.compress(encode(PIXELS) + bytes(1 << 26)))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="received more"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()


def test_an_archive_that_declares_more_than_the_limit_is_refused_unread(write, monkeypatch):
    monkeypatch.setattr(idx, "LARGEST_COMPRESSED", 39)
    with pytest.raises(ValueError, match="declares 40 bytes, expected at most 39"):
        read_idx(write(gzip.compress(encode(PIXELS))))


def test_sizes_whose_product_overflows_are_refused_without_allocating(write):
    shape = (2**32 - 1,) * 3
    for pack in (bytes, gzip.compress):
        with pytest.raises(ValueError, match="digits-idx3-ubyte"):
            read_idx(write(pack(encode(PIXELS, shape))))


def test_the_checksum_is_of_the_uncompressed_bytes(write):
    plain = encode(PIXELS)
    sha256 = hashlib.sha256(plain).hexdigest()
    for level in (1, 9):
        path = write(gzip.compress(plain, level))
        np.testing.assert_array_equal(read_idx(path, sha256), PIXELS)
    with pytest.raises(ValueError, match=f"expected the SHA-256 {'0' * 64}.*received {sha256}"):
        read_idx(path, "0" * 64)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nothing")
