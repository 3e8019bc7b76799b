"""The library: reports, passages and their vectors in one SQLite file.

It is the only truth; whatever is searched in memory is made from it. Each
change is one transaction: killed at any moment, the file opens with every
report that was said to be in, and no half of another.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.documents import Passage, Report
from index.embedding import PassageVectors
from index.errors import UnknownReport
from index.store.backups import back_up
from index.store.connections import (
    INDEX_SUFFIX,
    connect,
    empty_log,
    real_path,
    reported_errors,
)
from index.store.contents import check_contents
from index.store.integrity import Dropped, Finding, rebuild, verify_contents
from index.store.meta import Meta, read_meta
from index.store.recipes import check_recipe, take_recipe
from index.store.records import ReportCard, read_card, read_report
from index.store.rows import delete_report, insert_report, sign
from index.store.schema import open_database
from index.store.sizes import USUAL, Sizes
from index.store.writer_lock import WriterLock

if TYPE_CHECKING:
    # FAISS takes a fifth of a second to import, and listing reports needs none.
    from index.store.snapshot import Snapshot

__all__ = ["AddOutcome", "Dropped", "Finding", "HeldSource", "Library", "ReportCard"]


class AddOutcome(StrEnum):
    """Whether a report is new or took the place of an earlier one of its id."""

    ADDED = "added"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class HeldSource:
    """Which file a report in the library was made from. ``origin`` is where it was, if known."""

    report_id: str
    source: str
    origin: str | None
    sha256: str


class Library:
    """One library file, open. Use it from any thread, and close it.

    Raises, from every method: ``LibraryCorrupt`` where the file is not what was
    written, ``LibraryLocked`` where another process is writing.
    """

    def __init__(self, path: Path, reader: sqlite3.Connection, sizes: Sizes = USUAL) -> None:
        self._path = path
        self._sizes = sizes
        self._reader = reader
        self._reading = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._writing = threading.RLock()
        self._lock = WriterLock(path)
        self._recipe: str | None = None
        self._snapshot: Snapshot | None = None
        self._snapshotting = threading.Lock()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        recipe: str | None = None,
        create: bool = False,
        sizes: Sizes = USUAL,
    ) -> Library:
        """Return the library at ``path``.

        ``recipe`` names the encoder and the chunking; ``None`` is for uses that
        bring in no passage and no question (listing, removing, verifying).

        Raises:
            LibraryMissing: there is none, and ``create`` is false.
            LibraryCorrupt: the file is no library, or a damaged one.
            LibraryError: it is another application's file, or a newer version's.
            EncoderMismatch: it holds reports made with another recipe.

        """
        # The lock is named after the path: under another name of the file there is no other.
        path = real_path(path)
        library = cls(path, open_database(path, create=create), sizes)
        try:
            if recipe is not None:
                library.require_recipe(recipe)
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Close the file. Snapshots that are still held stay usable."""
        with self._snapshotting, self._writing, self._reading:
            self._snapshot = None
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._path

    @property
    def revision(self) -> int:
        """How many changes the library has seen."""
        return self._meta().revision

    @property
    def digest(self) -> str:
        """The sha256 over its reports' digests, in order of report id.

        Two libraries of the same reports agree, whatever order they came in.
        """
        return self._meta().digest

    @property
    def recipe(self) -> str | None:
        """The encoder and chunking its passages come from; ``None`` before the first report."""
        return self._meta().recipe

    def require_recipe(self, recipe: str) -> None:
        """Return if passages and questions of ``recipe`` belong here; needed before adding.

        A library without reports takes any.

        Raises:
            EncoderMismatch: it holds reports made with another recipe.

        """
        with self._read() as connection:
            check_recipe(connection, recipe, path=self._path)
        self._recipe = recipe

    def cards(self) -> tuple[ReportCard, ...]:
        """Return what there is, by report id."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT report_id, source, sha256, metadata, section_count, passage_count,"
                " judgement_count, action_count, card_sha256 FROM reports ORDER BY report_id"
            )
            return tuple(read_card(row) for row in rows)

    def sources(self) -> tuple[HeldSource, ...]:
        """Return the file that each report was made from, by report id."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT report_id, source, origin, sha256 FROM reports ORDER BY report_id"
            )
            return tuple(HeldSource(*row) for row in rows)

    def report(self, report_id: str) -> Report:
        """Return the report.

        Raises:
            UnknownReport: it is not in the library.

        """
        with self._read() as connection:
            row = connection.execute(
                "SELECT * FROM reports WHERE report_id = ?", (report_id,)
            ).fetchone()
            if row is None:
                raise UnknownReport(_unknown(report_id))
            return read_report(row)

    def snapshot(self) -> Snapshot:
        """Return the library as it is now, for searching; the same object until it changes."""
        from index.store.snapshot import Snapshot

        with self._snapshotting:
            if self._snapshot is None or self._snapshot.meta != self._meta():
                self._snapshot = Snapshot.load(
                    self._path, previous=self._snapshot, sizes=self._sizes
                )
            return self._snapshot

    def add(
        self,
        report: Report,
        passages: Sequence[Passage],
        vectors: Sequence[PassageVectors],
        *,
        origin: str | None = None,
    ) -> AddOutcome:
        """Write a report with its passages and vectors; an earlier one of its id is gone whole.

        ``origin`` says where its file lies, so that a changed file is told from
        another one of the same name. When this returns, the report is on the disk.

        Raises:
            ValueError: passages, spans or vectors do not fit together.
            EncoderMismatch: the vectors are of another recipe or dimension.

        """
        check_contents(report, passages, vectors)
        with self._change() as connection:
            take_recipe(connection, self._recipe, path=self._path, vectors=vectors)
            gone = delete_report(connection, report.report_id)
            insert_report(connection, report, passages=passages, vectors=vectors, origin=origin)
        return AddOutcome.REPLACED if gone else AddOutcome.ADDED

    def remove(self, report_id: str) -> None:
        """Take a report out, with all that was made from it.

        Its words leave what is beside the file as well: the indexes at once, the
        log too, unless somebody is reading. Then they go when the last reader
        closes the library.

        Raises:
            UnknownReport: it is not in the library.

        """
        with self._change() as connection:
            if not delete_report(connection, report_id):
                raise UnknownReport(_unknown(report_id))
        with self._writing:
            empty_log(self._write_connection())
        self._forget(report_id)

    def backup(self, path: Path) -> None:
        """Write a copy to ``path`` that is a library of its own, while others read and write.

        It holds every report that was said to be in before this was called.

        Raises:
            LibraryError: there is a file at ``path``, or it cannot be written.

        """
        back_up(self._path, path)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer for as long as this lasts, over any number of changes.

        Raises:
            LibraryLocked: another process is writing; the message names it.

        """
        with self._lock:
            yield

    def verify(self) -> tuple[Finding, ...]:
        """Return everything that is wrong with the library; nothing when it is whole."""
        with self._read() as connection:
            return verify_contents(connection)

    def repair(self) -> tuple[Dropped, ...]:
        """Keep the reports that are whole and drop the others, which are returned.

        Raises:
            LibraryCorrupt: the file is damaged where it says which library it is.

        """
        with reported_errors(self._path), self._lock, self._writing:
            return rebuild(self._write_connection())

    def _forget(self, report_id: str) -> None:
        """Take a report out of the indexes that are kept, if any are."""
        if self._path.with_name(self._path.name + INDEX_SUFFIX).exists():
            # It takes FAISS, which removing from a small library has no use for.
            from index.store.index_kinds import forget_report

            forget_report(self._path, self._meta().library_id, report_id, sizes=self._sizes)

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with reported_errors(self._path), self._reading:
            yield self._reader

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, signed with a new revision and digest at its end."""
        with reported_errors(self._path), self._lock, self._writing:
            connection = self._write_connection()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                sign(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def _write_connection(self) -> sqlite3.Connection:
        # Apart from the reader's, so that a question never waits for a transaction.
        if self._writer is None:
            self._writer = connect(self._path, mode="rw")
        return self._writer

    def _meta(self) -> Meta:
        with self._read() as connection:
            return read_meta(connection)


def _unknown(report_id: str) -> str:
    return f"no report {report_id!r} is in the library; `peelback reports` lists what is"
