"""A file of named arrays that is mapped into memory: whole and as it was written, or refused.

    the arrays, each at a multiple of 64 bytes
    one line of JSON: what it is, and where the arrays lie
    8 bytes, little-endian: how long that line is
    32 bytes: the sha256 of everything before

It is written beside its place and renamed. Nothing waits for the disk: such a
file can be made again, and one that a power cut spoils does not match its sum.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_ALIGNMENT = 64
_TRAILER = 8 + 32
_BLOCK = 1 << 22
"""Bytes that are hashed at a time: the file passes through, it does not stay in memory."""

Array = NDArray[Any]


class DamagedArrays(Exception):
    """The file is not one of ours, or not as it was written."""


class _Place(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    offset: int


class _Contents(msgspec.Struct, frozen=True):
    format: int
    facts: Any
    places: dict[str, _Place]


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """What a file holds. The arrays are mapped: they cannot be written to."""

    path: Path
    facts: Any
    arrays: Mapping[str, Array]


def write_arrays(path: Path, facts: object, arrays: Mapping[str, Array]) -> None:
    """Put the arrays at ``path``; ``facts`` is anything that JSON can say.

    Raises:
        OSError: it cannot be written; what was at ``path`` is still there.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not by ``tempfile``: whoever may read the library may read what is made of it.
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            writer = _Writer(file)
            places = {name: writer.add(array) for name, array in arrays.items()}
            writer.finish(_Contents(FORMAT, facts, places))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read_arrays(path: Path) -> ArrayFile:
    """Return what is at ``path``, checked against its sha256.

    Raises:
        FileNotFoundError: there is none.
        DamagedArrays: the file is not as it was written.
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < _TRAILER or _digest_of(file, size - 32) != file.read(32):
            raise DamagedArrays(f"{path} does not match its sha256")
        file.seek(size - _TRAILER)
        length = int.from_bytes(file.read(8), "little")
        file.seek(size - _TRAILER - length)
        contents = _decoded(path, file.read(length))
        mapped = np.memmap(file, np.uint8, mode="r")
    arrays = {name: _placed(mapped, place) for name, place in contents.places.items()}
    return ArrayFile(path, contents.facts, arrays)


class _Writer:
    """Writes and hashes as it goes."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - any binary file
        self._file = file
        self._digest = hashlib.sha256()
        self._at = 0

    def add(self, array: Array) -> _Place:
        self._write(memoryview(bytes(-self._at % _ALIGNMENT)))
        place = _Place(array.dtype.str, array.shape, self._at)
        self._write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        return place

    def finish(self, contents: _Contents) -> None:
        line = msgspec.json.encode(contents) + b"\n"
        self._write(memoryview(line + len(line).to_bytes(8, "little")))
        self._file.write(self._digest.digest())

    def _write(self, part: memoryview) -> None:
        self._file.write(part)
        self._digest.update(part)
        self._at += len(part)


def _digest_of(file: Any, size: int) -> bytes:  # noqa: ANN401 - any binary file
    """Return the sha256 of the first ``size`` bytes; the file stands behind them."""
    digest = hashlib.sha256()
    block = memoryview(bytearray(min(_BLOCK, size)))
    left = size
    while left and (read := file.readinto(block[: min(left, _BLOCK)])):
        digest.update(block[:read])
        left -= read
    return digest.digest()


def _decoded(path: Path, line: bytes) -> _Contents:
    # The sum says that it is what somebody wrote, not that it was this version.
    try:
        contents = msgspec.json.decode(line, type=_Contents)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedArrays(f"{path} is no file of arrays: {error}") from error
    if contents.format != FORMAT:
        raise DamagedArrays(f"{path} is of format {contents.format!r}, not {FORMAT}")
    return contents


def _placed(mapped: NDArray[np.uint8], place: _Place) -> Array:
    dtype = np.dtype(place.dtype)
    count = int(np.prod(place.shape, dtype=np.int64))
    if not count:
        return np.empty(place.shape, dtype)
    flat = mapped[place.offset : place.offset + count * dtype.itemsize]
    return np.asarray(flat).view(dtype).reshape(place.shape)
