"""Writing a report's rows, and signing the change, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, replace

from index.documents import Passage, Report
from index.embedding import PassageVectors
from index.store.digests import library_digest
from index.store.meta import read_meta, write_meta
from index.store.records import passage_blob, passage_row, report_columns, sentence_blob


def delete_report(connection: sqlite3.Connection, report_id: str) -> bool:
    """Return whether there was one; its passages and their vectors go with it."""
    cursor = connection.execute("DELETE FROM reports WHERE report_id = ?", (report_id,))
    return cursor.rowcount > 0


def insert_report(
    connection: sqlite3.Connection,
    report: Report,
    *,
    passages: Sequence[Passage],
    vectors: Sequence[PassageVectors],
    origin: str | None,
) -> None:
    pairs = zip(passages, vectors, strict=True)
    rows = [passage_row(ordinal, *pair) for ordinal, pair in enumerate(pairs)]
    blobs = [passage_blob(v.passage) for v in vectors]
    columns = report_columns(report, rows, blobs) | {"origin": origin}
    names = ", ".join(columns)
    connection.execute(
        f"INSERT INTO reports ({names}, added_revision)"  # noqa: S608 - our own column names
        f" SELECT {', '.join('?' * len(columns))}, revision + 1 FROM meta",
        tuple(columns.values()),
    )
    first = _next_passage_id(connection)
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (first + i, report.report_id, *astuple(row)[:-1], blob, row.sentences_sha256)
            for i, (row, blob) in enumerate(zip(rows, blobs, strict=True))
        ),
    )
    connection.executemany(
        "INSERT INTO sentence_vectors VALUES (?, ?)",
        ((first + i, sentence_blob(v.sentences)) for i, v in enumerate(vectors)),
    )


def _next_passage_id(connection: sqlite3.Connection) -> int:
    # AUTOINCREMENT's own memory: above every id that was ever given, removed ones included.
    given = connection.execute("SELECT max(seq) FROM sqlite_sequence").fetchone()[0] or 0
    highest = connection.execute("SELECT max(passage_id) FROM passages").fetchone()[0] or 0
    return 1 + int(max(given, highest))


def sign(connection: sqlite3.Connection) -> None:
    """Give the library its next revision, and the digest of the reports that it has now."""
    meta = read_meta(connection)
    rows = connection.execute("SELECT digest FROM reports ORDER BY report_id")
    digest = library_digest([row[0] for row in rows])
    write_meta(connection, replace(meta, revision=meta.revision + 1, digest=digest))
