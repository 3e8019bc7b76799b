"""The file of keys as a file: made for its owner alone, opened, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.keys.errors import KeysUnusable
from api.keys.key_rows import CREATE

APPLICATION_ID = 0x506B6579
"""``Pkey``, in the file's header: no other database is taken for a file of keys."""
VERSION = 1
BUSY_TIMEOUT_S = 1.5


def make_file(path: Path) -> None:
    # Its owner's alone from the first moment on.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"BEGIN; {CREATE}; PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {VERSION}; COMMIT;"
        )
    finally:
        connection.close()


def connect(path: Path) -> sqlite3.Connection:
    path.stat()  # says better than SQLite why there is nothing to open
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    try:
        for pragma in ("synchronous = FULL", "secure_delete = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    made_by = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if (made_by, version) != (APPLICATION_ID, VERSION):
        raise KeysUnusable(f"{path} is no file of keys of this version; name another with --keys")


def identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the system into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise KeysUnusable(f"{path} cannot be used as a file of keys: {error}") from error
    except FileNotFoundError as error:
        raise KeysUnusable(f"{path} is not there; `peelback keys create` makes it") from error
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be reached: {error.strerror or error}") from error
