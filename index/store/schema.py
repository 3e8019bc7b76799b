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
from contextlib import closing
from pathlib import Path

from index.errors import LibraryCorrupt, LibraryError, LibraryMissing
from index.store.connections import connect, connect_to_read, reported_errors
from index.store.meta import SCHEMA_VERSION, Meta, read_meta, write_meta
from index.store.writer_lock import WriterLock

APPLICATION_ID = 0x5065_656C
"""Marks the file as ours: "Peel" in ASCII."""

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
        connection = connect_to_read(path)
        try:
            _check_identity(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _how_to_make(path: Path) -> str:
    return f"there is no library at {path}; make one with: peelback --library {path} add PATH"


def _is_unmade(path: Path) -> bool:
    """Return whether there is nothing at ``path``, or what a process left that was killed early."""
    if not path.exists() or not path.stat().st_size:
        return True
    with closing(connect_to_read(path)) as connection:
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
