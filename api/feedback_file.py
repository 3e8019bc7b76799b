"""Feedback as the server keeps it: a file of JSON Lines that only grows, up to a bound."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PeelbackError

if TYPE_CHECKING:
    from rag.feedback import Feedback

TAIL_BYTES = 1024 * 1024
"""More than a line has: the questions and the comment that a request may hold are bounded."""


class FeedbackFull(PeelbackError):
    """The file of feedback has grown as far as it may."""


class FeedbackUnwritable(PeelbackError):
    """The file of feedback cannot be written, or there is none."""


class FeedbackFile:
    """One file of feedback. Use it from any thread, and from several processes."""

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._appending = threading.Lock()

    def append(self, feedback: Feedback) -> None:
        """Keep the feedback. Once this returns, a crash or a loss of power does not lose it.

        Raises:
            FeedbackFull: the file would grow over its bound.
            FeedbackUnwritable: the file cannot be written.
        """
        line = f"{feedback.model_dump_json()}\n".encode()
        try:
            with self._appending:
                self._append(line)
        except OSError as error:
            raise FeedbackUnwritable(f"{self._path}: {error.strerror or error}") from error

    def _append(self, line: bytes) -> None:
        is_new = not self._path.exists()
        # Only for this user's eyes: people may write what they should not.
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            end, separator = _end_of_whole_lines(handle)
            if end + len(separator) + len(line) > self._most_bytes:
                raise FeedbackFull(f"{self._path} may have {self._most_bytes} bytes at most")
            # What a crash left of a line was acknowledged to nobody: it makes way.
            os.ftruncate(handle, end)
            os.lseek(handle, end, os.SEEK_SET)
            _write(handle, separator + line)
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(self._path.parent)


def _lock(handle: int) -> None:
    """Keep other processes from writing until the file is closed; Windows has no such lock."""
    try:
        import fcntl
    except ModuleNotFoundError:
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def _end_of_whole_lines(handle: int) -> tuple[int, bytes]:
    """Return where the next line is to go, and what has to stand before it."""
    size = os.fstat(handle).st_size
    os.lseek(handle, max(0, size - TAIL_BYTES), os.SEEK_SET)
    last = os.read(handle, TAIL_BYTES).rpartition(b"\n")[2]
    if last and _is_json(last):
        return size, b"\n"
    return size - len(last), b""


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _sync_folder(folder: Path) -> None:
    """Make the new file's name as lasting as its contents."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
