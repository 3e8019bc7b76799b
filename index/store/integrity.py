"""Proving that a library is whole, and keeping what is whole of one that is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from index.documents import Report
from index.embedding import PassageVectors
from index.errors import LibraryCorrupt
from index.store.connections import DATABASE_ERRORS
from index.store.contents import passage_problems, vector_problems
from index.store.digests import blob_digest, library_digest
from index.store.meta import Meta, read_meta, write_meta
from index.store.records import (
    DamagedReport,
    PassageRow,
    passages_digest,
    read_passage,
    read_passage_row,
    read_passage_vectors,
    read_report,
    read_sentence_vectors,
    report_digest,
)
from index.store.schema import write_tables

MOST_FAULTS = 20
"""How many of SQLite's own findings are told: one torn page can cause thousands."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong. ``report_id`` is ``None`` where it concerns the whole file."""

    report_id: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A report that could not be kept. ``source`` is the file to add again, where it is known."""

    report_id: str
    source: str | None
    problem: str


def verify_contents(connection: sqlite3.Connection) -> tuple[Finding, ...]:
    """Return everything that is wrong: the file's structure, then report by report."""
    connection.execute("BEGIN")
    try:
        return (*_file_findings(connection), *_report_findings(connection))
    finally:
        connection.rollback()


def _file_findings(connection: sqlite3.Connection) -> Iterator[Finding]:
    try:
        for (fault,) in connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})"):
            if fault != "ok":
                yield Finding(None, f"SQLite: {fault}")
        for fault in connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_FAULTS):
            yield Finding(None, f"a row of {fault['table']} belongs to no {fault['parent']}")
        digests = connection.execute("SELECT digest FROM reports ORDER BY report_id").fetchall()
        if library_digest([row[0] for row in digests]) != read_meta(connection).digest:
            yield Finding(None, "the list of reports is not what was written")
    except DATABASE_ERRORS as error:
        yield Finding(None, f"SQLite: {error}")
    except LibraryCorrupt as error:
        yield Finding(None, str(error))


def _report_findings(connection: sqlite3.Connection) -> Iterator[Finding]:
    for report_id in _report_ids(connection):
        for problem in report_problems(connection, report_id):
            yield Finding(report_id, problem)


def _report_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of all reports that any path through the file leads to."""
    found: set[str] = set()
    for query in (
        "SELECT report_id FROM reports",
        "SELECT report_id FROM reports NOT INDEXED",
        "SELECT DISTINCT report_id FROM passages",
    ):
        try:
            # Row by row: what comes before a torn page still counts.
            found.update(row[0] for row in connection.execute(query) if isinstance(row[0], str))
        except DATABASE_ERRORS:
            continue
    return sorted(found)


def report_problems(connection: sqlite3.Connection, report_id: str) -> list[str]:
    """Return what is wrong with one report; nothing when all of it is what was written."""
    try:
        row = connection.execute(
            "SELECT * FROM reports WHERE report_id = ?", (report_id,)
        ).fetchone()
        if row is None:
            return ["its row cannot be found"]
        report = read_report(row)
        stored = connection.execute(
            "SELECT * FROM passages LEFT JOIN sentence_vectors USING (passage_id)"
            " WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        ).fetchall()
        return _passages_problems(row, report, stored, read_meta(connection).dim or 1)
    except DamagedReport as error:
        return [error.what]
    except LibraryCorrupt as error:
        return [str(error)]
    except DATABASE_ERRORS as error:
        return [f"it cannot be read: {error}"]


def _passages_problems(
    row: sqlite3.Row, report: Report, stored: list[sqlite3.Row], dim: int
) -> list[str]:
    passages = [read_passage_row(passage) for passage in stored]
    vectors = [passage["vector"] for passage in stored]
    if report_digest(row) != row["digest"]:
        return ["its digests do not agree"]
    if any(passage["report_id"] != report.report_id for passage in stored):
        return ["a passage of it says that it is another report's"]
    if len(stored) != row["passage_count"]:
        return [f"{row['passage_count']} passages were written, {len(stored)} are there"]
    if not all(isinstance(vector, bytes) and len(vector) == 4 * dim for vector in vectors):
        return [f"its vectors are not of {dim} dimensions"]
    if passages_digest(passages, vectors) != row["passages_sha256"]:
        return ["its passages or vectors are not what was written"]
    return [
        f"passage {columns['passage_id']}: {problem}"
        for passage, columns in zip(passages, stored, strict=True)
        for problem in _passage_problems(report, passage, columns, dim)
    ]


def _passage_problems(report: Report, row: PassageRow, columns: sqlite3.Row, dim: int) -> list[str]:
    blob = columns["vectors"]
    if not isinstance(blob, bytes) or blob_digest(blob) != row.sentences_sha256:
        return ["its sentences' vectors are not what was written"]
    passage = read_passage(row, report)
    vectors = PassageVectors(
        passage=read_passage_vectors([columns["vector"]], dim=dim)[0],
        sentences=read_sentence_vectors(blob, dim=dim),
    )
    return passage_problems(report, passage) + vector_problems(passage, vectors)


def rebuild(connection: sqlite3.Connection) -> tuple[Dropped, ...]:
    """Write the library anew from the reports that are whole; return the others.

    The copy is made in a temporary database and then written over the file by
    SQLite's backup, which is one transaction: killed on the way, the file is as
    it was. Reports keep their passages' ids. The caller holds the writer's lock.
    """
    if not verify_contents(connection):
        return ()
    meta = read_meta(connection)
    dropped: list[Dropped] = []
    # An empty name is SQLite's for a temporary file of its own.
    with closing(sqlite3.connect("", isolation_level=None)) as copy:
        write_tables(copy, library_id=meta.library_id)
        for report_id in _report_ids(connection):
            problems = report_problems(connection, report_id)
            if problems:
                source = _source(connection, report_id)
                dropped.append(Dropped(report_id, source, problems[0]))
            else:
                _copy_report(connection, copy, report_id)
        _copy_meta(connection, copy, meta)
        copy.backup(connection)
    return tuple(dropped)


def _copy_report(connection: sqlite3.Connection, copy: sqlite3.Connection, report_id: str) -> None:
    for table, query in (
        ("reports", "SELECT * FROM reports WHERE report_id = ?"),
        ("passages", "SELECT * FROM passages WHERE report_id = ?"),
        (
            "sentence_vectors",
            "SELECT v.* FROM passages JOIN sentence_vectors v USING (passage_id)"
            " WHERE report_id = ?",
        ),
    ):
        rows = [tuple(row) for row in connection.execute(query, (report_id,))]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our names


def _copy_meta(connection: sqlite3.Connection, copy: sqlite3.Connection, meta: Meta) -> None:
    digests = [row[0] for row in copy.execute("SELECT digest FROM reports ORDER BY report_id")]
    digest = library_digest(digests)
    write_meta(copy, replace(meta, revision=meta.revision + 1, digest=digest))
    # Ids that were given to dropped passages stay used.
    try:
        used = connection.execute("SELECT max(seq) FROM sqlite_sequence").fetchone()[0] or 0
    except DATABASE_ERRORS:
        used = 0
    copy.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
    kept = copy.execute("SELECT coalesce(max(passage_id), 0) FROM passages").fetchone()[0]
    copy.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (max(used, kept),))


def _source(connection: sqlite3.Connection, report_id: str) -> str | None:
    try:
        row = connection.execute(
            "SELECT source FROM reports WHERE report_id = ?", (report_id,)
        ).fetchone()
    except DATABASE_ERRORS:
        return None
    return row[0] if row and isinstance(row[0], str) else None
