"""Reading one revision of a library, whatever is written meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.documents import Report
from index.embedding import Embeddings
from index.store.connections import connect_to_read, reported_errors
from index.store.hits import PassageIds
from index.store.kept_indexes import Stamp
from index.store.meta import read_meta
from index.store.records import (
    DamagedReport,
    PassageRow,
    ReportCard,
    passages_digest,
    read_card,
    read_passage_row,
    read_passage_vectors,
    read_report,
    report_digest,
)


@dataclass(frozen=True, slots=True)
class LoadedReport:
    """What is kept in memory of a report: its card, and where its passages lie."""

    card: ReportCard
    digest: str
    added_revision: int
    ids: PassageIds
    rows: tuple[PassageRow, ...]


class PinnedReader:
    """A connection whose read transaction stays open, so that no writer changes what it sees.

    While it is open the write-ahead log cannot be started afresh; it grows by
    what is written meanwhile and shrinks when the reader is closed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with reported_errors(path):
            self._connection = connect_to_read(path)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("BEGIN")
            # The first read is what fixes the revision.
            self.meta = read_meta(self._connection)

    @property
    def dim(self) -> int:
        """The vectors' dimension; 1 where there is none to have one."""
        return self.meta.dim or 1

    def close(self) -> None:
        self._connection.close()

    def report_rows(self) -> list[sqlite3.Row]:
        """Return the reports without text and structure, in the order they were added."""
        return self._rows(
            "SELECT report_id, source, sha256, metadata, section_count, passage_count,"
            " judgement_count, action_count, card_sha256, body_sha256, passages_sha256, digest,"
            " added_revision FROM reports ORDER BY added_revision, report_id"
        )

    def stamps(self, rows: Sequence[sqlite3.Row]) -> list[Stamp]:
        """Return what tells each report of ``rows`` from any other, and where its passages lie.

        Raises:
            LibraryCorrupt: passages of one are missing.

        """
        # Answered out of the index of passages by report: no passage itself is read.
        ranges = {
            found["report_id"]: (found["first"], found["last"])
            for found in self._rows(
                "SELECT report_id, min(passage_id) AS first, max(passage_id) AS last"
                " FROM passages GROUP BY report_id"
            )
        }
        stamps = []
        for row in rows:
            first, last = ranges.get(row["report_id"], (0, -1))
            if last - first + 1 != row["passage_count"]:
                raise DamagedReport(row["report_id"], "passages are missing, or vectors not whole")
            stamps.append(
                Stamp(
                    row["report_id"], row["digest"], row["added_revision"], first,
                    row["passage_count"],
                )
            )  # fmt: skip
        return stamps

    def load(self, row: sqlite3.Row) -> tuple[LoadedReport, Embeddings]:
        """Return a report's card and passages, and their vectors.

        Raises:
            LibraryCorrupt: they are not what was written.

        """
        card = read_card(row)
        stored = self._rows(
            "SELECT * FROM passages WHERE report_id = ? ORDER BY ordinal", card.report_id
        )
        rows = tuple(read_passage_row(passage) for passage in stored)
        blobs = [passage["vector"] for passage in stored]
        if len(rows) != card.passages or not self._are_vectors(blobs):
            raise DamagedReport(card.report_id, "passages are missing, or vectors not whole")
        if passages_digest(rows, blobs) != row["passages_sha256"]:
            raise DamagedReport(card.report_id, "its passages or vectors are not what was written")
        if report_digest(row) != row["digest"]:
            raise DamagedReport(card.report_id, "its digests do not agree")
        ids = np.array([passage["passage_id"] for passage in stored], np.int64)
        loaded = LoadedReport(card, row["digest"], row["added_revision"], ids, rows)
        return loaded, read_passage_vectors(blobs, dim=self.dim)

    def report(self, report_id: str) -> Report:
        """Return the report, which must be there.

        Raises:
            LibraryCorrupt: it is not what was written.

        """
        rows = self._rows("SELECT * FROM reports WHERE report_id = ?", report_id)
        if not rows:
            raise DamagedReport(report_id, "its row cannot be found")
        return read_report(rows[0])

    def sentence_blob(self, passage_id: int) -> bytes | None:
        rows = self._rows("SELECT vectors FROM sentence_vectors WHERE passage_id = ?", passage_id)
        return rows[0]["vectors"] if rows else None

    def _are_vectors(self, blobs: Sequence[object]) -> bool:
        return all(isinstance(blob, bytes) and len(blob) == 4 * self.dim for blob in blobs)

    def _rows(self, query: str, *values: str | int) -> list[sqlite3.Row]:
        with reported_errors(self._path), self._lock:
            return self._connection.execute(query, values).fetchall()
