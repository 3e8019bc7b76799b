"""One writer at a time: a lock that names its holder and dies with it.

The lock is a write transaction left open on a small SQLite file beside the
library: the system takes it away with the process that held it, however that
ended, so there is no stale lock to clear by hand; and the same file tells who
holds it. The file's contents mean nothing once nobody does.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from pathlib import Path
from types import TracebackType

from index.errors import LibraryError, LibraryLocked

WAIT_S = 1.0
"""How long a second writer waits before it is told who is writing."""


class WriterLock:
    """The right to write to one library, for as long as the outermost ``with`` lasts.

    Raises:
        LibraryLocked: another process, or another ``Library``, is writing.
        LibraryError: the lock's file cannot be written.

    """

    def __init__(self, library: Path) -> None:
        self._library = library
        self._path = library.with_name(library.name + "-writer")
        self._guard = threading.RLock()
        self._depth = 0
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> None:
        with self._guard:
            if self._depth == 0:
                self._connection = self._acquired()
            self._depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth == 0 and self._connection is not None:
                self._connection.close()
                self._connection = None

    def _acquired(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                self._path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._hold(connection)
        except sqlite3.DatabaseError as error:
            refusal = self._refusal(connection, error)
            if connection is not None:
                connection.close()
            raise refusal from error
        return connection

    def _hold(self, connection: sqlite3.Connection) -> None:
        # Nothing in this file has to survive a power cut.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE IF NOT EXISTS writer (name TEXT NOT NULL) STRICT")
        connection.execute("DELETE FROM writer")
        connection.execute(
            "INSERT INTO writer VALUES (?)", (f"process {os.getpid()} on {socket.gethostname()}",)
        )
        connection.execute("COMMIT")
        # The lock itself: others can read the name, and cannot write.
        connection.execute("BEGIN IMMEDIATE")

    def _refusal(
        self, connection: sqlite3.Connection | None, error: sqlite3.DatabaseError
    ) -> LibraryError:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if connection is None or code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryError(f"{self._path} cannot be used as the writer's lock: {error}")
        return LibraryLocked(
            f"{self._library} is being written by {_holder(connection)};"
            " wait until it has finished, then try again"
        )


def _holder(connection: sqlite3.Connection) -> str:
    try:
        row = connection.execute("SELECT name FROM writer").fetchone()
    except sqlite3.DatabaseError:
        # The holder is between its first lock and its name.
        row = None
    return str(row[0]) if row else "another process"
