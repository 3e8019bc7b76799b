"""Connections to a library's file, and what SQLite's errors mean to a user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import LibraryCorrupt, LibraryError, LibraryLocked

INDEX_SUFFIX = "-index"
"""Of the folder beside a library that keeps what is derived from it."""

BUSY_TIMEOUT_S = 1.5
"""How long a lock of another process is waited for. Our own transactions take milliseconds."""

DATABASE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What a damaged file raises; the second where SQLite's message quotes damaged names."""

PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",  # a commit that was reported is on the disk, power cuts included
    # A report that was withdrawn leaves no words in the file itself. The log beside it keeps
    # them until no reader needs them: see ``empty_log``.
    "secure_delete = ON",
    "cell_size_check = ON",
    "trusted_schema = OFF",
)


def real_path(path: Path) -> Path:
    """Return the one path of a file that may have several, by links or by the present folder.

    Raises:
        LibraryError: its links lead round in a circle.

    """
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise LibraryError(f"{path} cannot be reached: {error}") from error


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Return a connection with our settings; transactions are begun by hand."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection for reading, also where nothing can be written.

    There, SQLite cannot keep the files beside the library by which readers and
    a writer know of each other. It is read as a file that does not change; if
    it does after all, the digests of what is read do not agree.
    """
    connection = None
    try:
        connection = connect(path, mode="rw")
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        if connection is not None:
            connection.close()
        if not (_is_unwritable(error) and _is_without_log(path)):
            raise
        return connect(path, mode="ro&immutable=1")
    return connection


def _is_unwritable(error: sqlite3.OperationalError) -> bool:
    return _primary_code(error) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _is_without_log(path: Path) -> bool:
    """Return whether all that was written is in the file itself, not in a log beside it."""
    log = path.with_name(path.name + "-wal")
    return not log.exists() or not log.stat().st_size


def empty_log(connection: sqlite3.Connection) -> None:
    """Bring the log beside the library into it and leave the log empty, if nobody reads it now.

    While a reader is at it, here or in another process, the log stays as it is;
    it goes when the last one closes the library.
    """
    # A reader may stay for days: it is not waited for. What was committed is safe either way.
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_TIMEOUT_S)}")


@contextmanager
def reported_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each saying what to do."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except DATABASE_ERRORS as error:
        raise _library_error(path, error) from error
    except OSError as error:
        raise LibraryError(f"{path} cannot be reached: {error.strerror or error}") from error


def _library_error(path: Path, error: Exception) -> LibraryError:
    match _primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryLocked(f"{path} is being written by another process; try again")
        case sqlite3.SQLITE_FULL:
            return LibraryError(f"{path}: no space left on the disk; nothing was changed")
        case sqlite3.SQLITE_NOTADB:
            return LibraryCorrupt(f"{path} is not a library: it is not an SQLite database")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return LibraryError(f"{path} cannot be opened for writing: {error}")
        case sqlite3.SQLITE_IOERR:
            return LibraryError(f"{path} cannot be read or written: {error}")
        case _:
            return LibraryCorrupt(
                f"{path} is damaged ({error}); `peelback verify --repair` keeps what can be read;"
                " if it says the same, move the file away and add the reports again"
            )


def _primary_code(error: Exception) -> int:
    # The low byte is the primary code; the rest says which of its kinds.
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF
