"""The library as it was at one revision, ready to be searched.

A snapshot reads through a connection whose read transaction stays open: a
writer changes nothing of what it sees. Vectors, spans and cards are in memory;
texts and sentences' vectors are read when needed, and every read is checked
against the digest that was written with it.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from index.documents import Definition, Passage, Report
from index.embedding import Embeddings
from index.errors import LibraryCorrupt, UnknownPassage, UnknownReport
from index.store.digests import blob_digest, library_digest
from index.store.hits import Hit, Mask
from index.store.meta import Meta
from index.store.pinned import LoadedReport, PinnedReader
from index.store.records import DamagedReport, ReportCard, read_passage, read_sentence_vectors
from index.store.vectors import VectorIndex

if TYPE_CHECKING:
    # bm25s takes a quarter of a second to import: not before a question is asked.
    from index.store.keywords import KeywordIndex

REPORTS_IN_MEMORY = 512
"""How many parsed reports are kept: at about 60 kB of text each, some 60 MB."""


class Snapshot:
    """One revision of a library. Immutable; use it from any thread, for as long as needed."""

    def __init__(
        self, reader: PinnedReader, loaded: Sequence[LoadedReport], embeddings: Embeddings
    ) -> None:
        self.meta: Meta = reader.meta
        self.cards: Mapping[str, ReportCard] = MappingProxyType(
            {card.report_id: card for card in sorted((r.card for r in loaded), key=_report_id)}
        )
        self._reader = reader
        self._loaded = {report.card.report_id: report for report in loaded}
        self._ids = np.concatenate([np.empty(0, np.int64), *(report.ids for report in loaded)])
        self._rows = [(report.card.report_id, row) for report in loaded for row in report.rows]
        self._ranges = _ranges(loaded)
        self._vectors = VectorIndex(self._ids, embeddings)
        self._report = lru_cache(maxsize=REPORTS_IN_MEMORY)(reader.report)
        self._keywords: KeywordIndex | None = None
        self._indexing = threading.Lock()
        weakref.finalize(self, reader.close)

    @classmethod
    def load(cls, path: Path, *, previous: Snapshot | None) -> Snapshot:
        """Return the library's present state, taking over what ``previous`` has of it.

        Raises:
            LibraryCorrupt: a report or a vector is not what was written.

        """
        reader = PinnedReader(path)
        try:
            loaded, embeddings = _load(reader, previous)
            return cls(reader, loaded, embeddings)
        except BaseException:
            reader.close()
            raise

    def kept(self, report_id: str, *, digest: str, added_revision: int) -> LoadedReport | None:
        """Return what is in memory of a report, if it is the very one that was added then."""
        own = self._loaded.get(report_id)
        same = own is not None and (own.digest, own.added_revision) == (digest, added_revision)
        return own if same else None

    def vectors(self, report_id: str) -> Embeddings:
        """Return the vectors of a report's passages, a row each, in reading order."""
        return self._vectors.vectors(self._known(report_id).ids)

    @property
    def revision(self) -> int:
        return self.meta.revision

    @property
    def digest(self) -> str:
        return self.meta.digest

    @property
    def keywords(self) -> KeywordIndex:
        """The keyword index over headings and text of the passages; built when first asked for."""
        from index.store.keywords import KeywordIndex

        with self._indexing:
            if self._keywords is None:
                self._keywords = KeywordIndex(self._ids, self._keyword_texts())
            return self._keywords

    def passage(self, passage_id: int) -> Passage:
        """Return the passage.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        report_id, row = self._rows[self._position(passage_id)]
        return read_passage(row, self.report(report_id))

    def passage_vector(self, passage_id: int) -> Embeddings:
        """Return the vector of a passage, shape ``(dim,)``.

        Raises:
            UnknownPassage: this revision has none of that id.
        """
        vector: Embeddings = self._vectors.vectors(self._ids[[self._position(passage_id)]])[0]
        return vector

    def report_id_of(self, passage_id: int) -> str:
        """Return the id of the report that holds a passage.

        Raises:
            UnknownPassage: this revision has none of that id.
        """
        return self._rows[self._position(passage_id)][0]

    def definitions(self) -> Iterator[Definition]:
        """Yield the acronyms that the reports define, report by report in order of their ids."""
        for report_id in self.cards:
            yield from self.report(report_id).definitions

    def passage_ids(self, report_id: str) -> tuple[int, ...]:
        """Return the ids of a report's passages in reading order.

        Raises:
            UnknownReport: this revision has none of that id.

        """
        return tuple(self._known(report_id).ids.tolist())

    def report(self, report_id: str) -> Report:
        """Return the report.

        Raises:
            UnknownReport: this revision has none of that id.

        """
        self._known(report_id)
        return self._report(report_id)

    def dense(self, query: Embeddings, *, k: int, within: Collection[str] | None) -> list[Hit]:
        """Return the ``k`` passages nearest to a query's vector: cosine, best first, ties by id.

        ``within`` holds the ids of the reports to search; ``None`` is all of
        them, and an empty one finds nothing.

        Raises:
            EncoderMismatch: ``query`` is of another dimension.
            UnknownReport: ``within`` names a report that is not here.

        """
        return self._vectors.search(query, k=k, within=self._mask(within))

    def keyword(
        self, tokens: Sequence[str], *, k: int, within: Collection[str] | None
    ) -> list[Hit]:
        """Return the ``k`` best passages by BM25 that hold any of ``tokens``, as ``dense`` does."""
        return self.keywords.search(tokens, k=k, within=self._mask(within))

    def sentence_vectors(self, passage_id: int) -> Embeddings:
        """Return the vectors of a passage's sentences, shape ``(n, dim)``, read from the file.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        report_id, row = self._rows[self._position(passage_id)]
        blob = self._reader.sentence_blob(passage_id)
        if not isinstance(blob, bytes) or blob_digest(blob) != row.sentences_sha256:
            raise DamagedReport(report_id, "its sentences' vectors are not what was written")
        return read_sentence_vectors(blob, dim=self._reader.dim)

    def _known(self, report_id: str) -> LoadedReport:
        if report_id not in self._loaded:
            raise UnknownReport(f"no report {report_id!r} is in revision {self.revision}")
        return self._loaded[report_id]

    def _position(self, passage_id: int) -> int:
        position = int(np.searchsorted(self._ids, passage_id))
        if position == len(self._ids) or self._ids[position] != passage_id:
            raise UnknownPassage(f"no passage {passage_id} is in revision {self.revision}")
        return position

    def _mask(self, within: Collection[str] | None) -> Mask | None:
        if within is None:
            return None
        mask = np.zeros(len(self._ids), np.bool_)
        for report_id in within:
            self._known(report_id)
            mask[self._ranges[report_id]] = True
        return mask

    def _keyword_texts(self) -> Iterator[str]:
        for report_id, row in self._rows:
            report = self.report(report_id)
            yield "\n".join((*report.sections[row.section].path, report.text[row.start : row.end]))


def _load(reader: PinnedReader, previous: Snapshot | None) -> tuple[list[LoadedReport], Embeddings]:
    """Return the reports in order of their passages' ids, and all their vectors."""
    if previous is not None and previous.meta.library_id != reader.meta.library_id:
        previous = None
    loaded: list[LoadedReport] = []
    matrices: list[Embeddings] = [np.empty((0, reader.dim), np.float32)]
    for row in reader.report_rows():
        report, matrix = _taken_over(row, previous) or reader.load(row)
        loaded.append(report)
        matrices.append(matrix)
    _check_whole(reader, loaded)
    return loaded, np.concatenate(matrices)


def _taken_over(
    row: sqlite3.Row, previous: Snapshot | None
) -> tuple[LoadedReport, Embeddings] | None:
    if previous is None:
        return None
    report_id = row["report_id"]
    kept = previous.kept(report_id, digest=row["digest"], added_revision=row["added_revision"])
    return None if kept is None else (kept, previous.vectors(report_id))


def _check_whole(reader: PinnedReader, loaded: Sequence[LoadedReport]) -> None:
    digests = [r.digest for r in sorted(loaded, key=lambda r: r.card.report_id)]
    if library_digest(digests) != reader.meta.digest:
        raise LibraryCorrupt(
            "the library's list of reports is not what was written; see: peelback verify --repair"
        )
    ids = np.concatenate([np.zeros(1, np.int64), *(report.ids for report in loaded)])
    if np.any(np.diff(ids) <= 0):
        raise LibraryCorrupt(
            "the library's passage ids are out of order; see: peelback verify --repair"
        )


def _ranges(loaded: Sequence[LoadedReport]) -> dict[str, slice]:
    """Return where each report's passages lie among all of them."""
    ends = np.cumsum([0, *(len(report.ids) for report in loaded)]).tolist()
    return {
        report.card.report_id: slice(start, end)
        for report, start, end in zip(loaded, ends, ends[1:], strict=False)
    }


def _report_id(card: ReportCard) -> str:
    return card.report_id
