"""The library's file: its tables, and opening it without trusting what it holds.

One SQLite database. What is searched or joined on is a column; what is written
and read whole with its report (metadata, sections, judgements, actions,
definitions) is JSON in a text column: it stays readable with any SQLite shell,
``json_each`` takes it apart, and a new field needs no new table.

A passage's text is not stored a second time: it is a slice of its report, and
the view ``passage_texts`` shows it.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import LibraryCorrupt, LibraryError, LibraryLocked, LibraryMissing
from index.store.meta import SCHEMA_VERSION, Meta, read_meta, write_meta
from index.store.writer_lock import WriterLock

APPLICATION_ID = 0x5065_656C
"""Marks the file as ours: "Peel" in ASCII."""

BUSY_TIMEOUT_S = 1.5
"""How long a lock of another process is waited for. Our own transactions take milliseconds."""

DATABASE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What a damaged file raises; the second where SQLite's message quotes damaged names."""

PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",  # a commit that was reported is on the disk, power cuts included
    "secure_delete = ON",  # a report that was withdrawn leaves no words in the file
    "cell_size_check = ON",
    "trusted_schema = OFF",
)

TABLES = (
    """
    CREATE TABLE meta (
        one            INTEGER PRIMARY KEY CHECK (one = 1),
        library_id     TEXT    NOT NULL,
        schema_version INTEGER NOT NULL,
        recipe         TEXT,                                    -- encoder identity and chunking
        dim            INTEGER CHECK (dim > 0),
        revision       INTEGER NOT NULL CHECK (revision >= 0),  -- one more with each change
        digest         TEXT    NOT NULL,                        -- over the reports' digests
        sha256         TEXT    NOT NULL                         -- of this row
    ) STRICT""",
    """
    CREATE TABLE reports (
        report_id        TEXT    NOT NULL PRIMARY KEY CHECK (report_id <> ''),
        source           TEXT    NOT NULL,
        origin           TEXT,             -- where the file was when it was added
        sha256           TEXT    NOT NULL, -- of the file's bytes
        metadata         TEXT    NOT NULL, -- JSON
        section_count    INTEGER NOT NULL,
        passage_count    INTEGER NOT NULL,
        judgement_count  INTEGER NOT NULL,
        action_count     INTEGER NOT NULL,
        text             TEXT    NOT NULL,
        sections         TEXT    NOT NULL, -- JSON
        judgements       TEXT    NOT NULL, -- JSON
        actions          TEXT    NOT NULL, -- JSON
        definitions      TEXT    NOT NULL, -- JSON
        page_starts      TEXT    NOT NULL, -- JSON
        card_sha256      TEXT    NOT NULL, -- of source to action_count, without origin
        body_sha256      TEXT    NOT NULL, -- of text to page_starts
        passages_sha256  TEXT    NOT NULL, -- of the passages, their vectors included
        digest           TEXT    NOT NULL, -- of the three
        added_revision   INTEGER NOT NULL
    ) STRICT""",
    """
    CREATE TABLE passages (
        passage_id       INTEGER PRIMARY KEY AUTOINCREMENT,     -- never used twice
        report_id        TEXT    NOT NULL REFERENCES reports ON DELETE CASCADE,
        ordinal          INTEGER NOT NULL CHECK (ordinal >= 0), -- reading order, from 0
        section          INTEGER NOT NULL CHECK (section >= 0),
        start            INTEGER NOT NULL CHECK (start >= 0),
        "end"            INTEGER NOT NULL CHECK ("end" >= start),
        sentences        TEXT    NOT NULL, -- JSON: [[start, end], ...]
        vector           BLOB    NOT NULL, -- float32, little-endian
        sentences_sha256 TEXT    NOT NULL, -- of the sentence vectors
        UNIQUE (report_id, ordinal)
    ) STRICT""",
    """
    CREATE TABLE sentence_vectors (
        passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        vectors    BLOB    NOT NULL        -- float16, little-endian, a row a sentence
    ) STRICT""",
    """
    CREATE VIEW passage_texts AS
        SELECT passage_id, report_id, ordinal, substr(text, start + 1, "end" - start) AS text
        FROM passages JOIN reports USING (report_id)""",
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


def open_database(path: Path, *, create: bool) -> sqlite3.Connection:
    """Return a connection to the library at ``path``, made first if ``create`` asks for it.

    A file left empty by a process that was killed while making it counts as missing.

    Raises:
        LibraryMissing: there is none, and none was to be made.
        LibraryCorrupt: the file is not an SQLite database, or a damaged one.
        LibraryError: it is another application's, or a newer version's.

    """
    with reported_errors(path):
        if path.is_dir():
            raise LibraryError(
                f"{path} is a folder; a library is a file, such as {path / 'library.db'}"
            )
        if create and _is_unmade(path):
            _make(path)
        if not path.exists():
            raise LibraryMissing(_how_to_make(path))
        connection = connect(path, mode="rw")
        try:
            _check_identity(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


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
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


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
    # The low byte is the primary code; the rest says which of its kinds.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
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


def _how_to_make(path: Path) -> str:
    return f"there is no library at {path}; make one with: peelback --library {path} add PATH"


def _is_unmade(path: Path) -> bool:
    """Return whether there is nothing at ``path``, or what a process left that was killed early."""
    if not path.exists() or not path.stat().st_size:
        return True
    with closing(connect(path, mode="rw")) as connection:
        return _is_empty(connection)


def _make(path: Path) -> None:
    """Write an empty library, in one transaction; another process may be doing the same."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"no library can be made at {path}: {error}") from error
    # SQLite waits for nobody while it turns a file to write-ahead logging.
    with WriterLock(path), closing(connect(path, mode="rwc")) as connection:
        if _is_empty(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            write_tables(connection, library_id=str(uuid.uuid4()))
            connection.execute("COMMIT")


def _is_empty(connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    return tables == 0 and _pragma(connection, "application_id") == 0


def write_tables(connection: sqlite3.Connection, *, library_id: str) -> None:
    """Make the tables of an empty library inside the caller's transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for statement in TABLES:
        connection.execute(statement)
    write_meta(connection, Meta(library_id))


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    if _is_empty(connection):
        raise LibraryMissing(_how_to_make(path))
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise LibraryError(f"{path} is an SQLite database of another application, not a library")
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise LibraryError(
            f"{path} was made by a newer Peelback (schema {version}, this one reads"
            f" {SCHEMA_VERSION}); upgrade Peelback to use it"
        )
    if version < 1:
        raise LibraryCorrupt(f"{path} is damaged: it says schema {version}")
    read_meta(connection)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
