"""Reads IDX files, the format of the MNIST family: a short header and then plain bytes."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from martlet import _core

_Stream = IO[bytes] | gzip.GzipFile

_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_MAX_RANK = 8
_REMEDY = (
    "The file is damaged or not what its name says: replace it with a fresh copy "
    "(in Martlet's own cache, deleting it is enough)."
)

LARGEST_COMPRESSED = 1 << 30
"""A compressed file whose header declares more bytes than this is refused before it is unpacked."""


def read_idx(path: str | os.PathLike[str], sha256: str | None = None) -> npt.NDArray[np.uint8]:
    """Reads an IDX file of unsigned bytes, plain or gzip-compressed (told apart by content).

    At most one byte more than the header declares is ever unpacked, so a small file cannot
    fill the memory.

    Args:
        path: The file.
        sha256: The checksum that the uncompressed bytes must have; None to accept any.

    Returns:
        A writable uint8 array of the shape that the header declares, such as (60000, 28, 28).

    Raises:
        ValueError: If the file is truncated, too long, of another format or not the expected one.
        OSError: If the file cannot be read.
    """
    path = Path(path)
    with path.open("rb") as stream:
        return read_stream(stream, path.stat().st_size, path, sha256)


def read_stream(
    stream: IO[bytes], size: int, path: Path, sha256: str | None = None
) -> npt.NDArray[np.uint8]:
    """Reads the same from an open file of `size` bytes, which errors call `path`."""
    try:
        data = _read_declared(stream, size)
        shape, offset = _core.parse_idx(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"{path}: expected a whole gzip file, received a broken one ({error}). {_REMEDY}"
        ) from error
    except ValueError as error:
        raise ValueError(f"{path}: {str(error).rstrip('.')}. {_REMEDY}") from error
    if sha256 is not None:
        _check_sha256(path, data, sha256)
    return np.frombuffer(data, np.uint8, offset=offset).reshape(shape)


def _read_declared(plain: IO[bytes], size: int) -> bytes | bytearray:
    """The file's uncompressed bytes, or only its first ones when the header is not sound."""
    compressed = plain.read(2) == _GZIP_MAGIC
    plain.seek(0)
    if not compressed:
        return _read_from(plain, limit=size)
    with gzip.GzipFile(fileobj=plain) as unpacked:
        return _read_from(unpacked, limit=LARGEST_COMPRESSED)


def _read_from(stream: _Stream, limit: int) -> bytes | bytearray:
    head = stream.read(4 + 4 * _MAX_RANK)
    size = _declared_size(head)
    if size is None:
        return head
    if size > limit:
        raise ValueError(
            f"the header declares {size:,} bytes, expected at most {limit:,} "
            "(the file's own size, or the limit for compressed files)"
        )
    stream.seek(0)
    # A bytearray, because NumPy can hand it out as a writable array without copying it.
    data = bytearray(size)
    received = _fill(stream, memoryview(data))
    # Reading to the end also lets gzip compare its own checksum.
    if stream.read(1):
        raise ValueError(f"expected {size:,} bytes as the header declares, received more")
    return data if received == size else data[:received]


def _declared_size(head: bytes) -> int | None:
    """Header and data together, in bytes; None where the engine has to refuse the header."""
    if len(head) < 4 or head[:3] != b"\0\0\x08" or head[3] > _MAX_RANK:
        return None
    rank = head[3]
    if len(head) < 4 + 4 * rank:
        return None
    extents: tuple[int, ...] = struct.unpack_from(f">{rank}I", head, 4)
    return 4 + 4 * rank + math.prod(extents)


def _fill(stream: _Stream, view: memoryview) -> int:
    position = 0
    while position < len(view):
        chunk = stream.read(min(_CHUNK, len(view) - position))
        if not chunk:
            break
        view[position : position + len(chunk)] = chunk
        position += len(chunk)
    return position


def _check_sha256(path: Path, data: bytes | bytearray, expected: str) -> None:
    received = hashlib.sha256(data).hexdigest()
    if received != expected:
        raise ValueError(
            f"{path}: expected the SHA-256 {expected} for its uncompressed bytes, "
            f"received {received}. Replace the file with a fresh copy (in Martlet's own cache, "
            "deleting it is enough); for another data set in the same format, pass verify=False."
        )
