"""The library as it was at one revision, ready to be searched.

A snapshot reads through a connection whose read transaction stays open: a
writer changes nothing of what it sees. Cards are in memory, and so are the
vectors and spans of a library of up to ``Sizes.in_memory`` passages; beyond that
vectors are mapped from where they are kept. Texts and sentences' vectors are
read when needed, and every read is checked against the digest that was written
with it.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from index.documents import Definition, Passage, Report
from index.embedding import Embeddings
from index.errors import LibraryCorrupt
from index.store.digests import blob_digest, library_digest
from index.store.hits import Hit, Mask
from index.store.index_kinds import Vectors, Words, definitions_in
from index.store.kept_indexes import IndexFolder
from index.store.keywords import KeywordIndex, PlacedPostings
from index.store.layout import Layout
from index.store.meta import Meta
from index.store.pinned import LoadedReport, PinnedReader
from index.store.postings import Postings
from index.store.records import (
    DamagedReport,
    PassageRow,
    ReportCard,
    read_card,
    read_passage,
    read_sentence_vectors,
)
from index.store.segments import Cover, Segment, covering
from index.store.sizes import USUAL, Sizes
from index.store.vector_segments import PlacedVectors, SegmentedVectors, VectorSegment
from index.store.vectors import VectorIndex

REPORTS_IN_MEMORY = 512
"""How many parsed reports are kept: at about 60 kB of text each, some 60 MB."""
PLACES_IN_MEMORY = 4096
"""How many reports' passages are remembered, without text, in a larger library."""


class Snapshot:
    """One revision of a library. Immutable; use it from any thread, for as long as needed."""

    def __init__(
        self,
        path: Path,
        reader: PinnedReader,
        rows: Sequence[sqlite3.Row],
        previous: Snapshot | None,
        sizes: Sizes,
    ) -> None:
        self._sizes = sizes
        self.meta: Meta = reader.meta
        self._reader = reader
        self._layout = Layout(reader.stamps(rows), revision=reader.meta.revision)
        self._folder = IndexFolder(path, reader.meta.library_id)
        self._rows = {row["report_id"]: row for row in rows}
        self._report = lru_cache(maxsize=REPORTS_IN_MEMORY)(reader.report)
        self._covers: list[Cover[VectorSegment]] = []
        self._words: list[Cover[Postings]] = []
        self._words_before = previous.word_segments() if previous else []
        self._keywords: KeywordIndex | None = None
        self._indexing = threading.Lock()
        if len(self._layout.ids) <= sizes.in_memory:
            self._load_all(previous)
        else:
            self._cover(previous)
        cards = sorted(self._read_cards(rows, previous), key=_report_id)
        self.cards: Mapping[str, ReportCard] = MappingProxyType({c.report_id: c for c in cards})
        _check_whole(reader.meta, rows)
        weakref.finalize(self, reader.close)

    @classmethod
    def load(cls, path: Path, *, previous: Snapshot | None, sizes: Sizes = USUAL) -> Snapshot:
        """Return the library's present state, taking over what ``previous`` has of it.

        Raises:
            LibraryCorrupt: a report or a vector is not what was written.

        """
        reader = PinnedReader(path)
        if previous is not None and previous.meta.library_id != reader.meta.library_id:
            previous = None
        try:
            rows = reader.report_rows()
            return cls(path, reader, rows, previous, sizes)
        except BaseException:
            reader.close()
            raise

    def _load_all(self, previous: Snapshot | None) -> None:
        """Read and check all passages and vectors; compare them exactly."""
        self._held: dict[str, LoadedReport] = {}
        matrices: list[Embeddings] = [np.empty((0, self._reader.dim), np.float32)]
        for report_id, row in self._rows.items():
            taken = previous.kept(row) if previous else None
            self._held[report_id], matrix = taken or self._reader.load(row)
            matrices.append(matrix)
        self._loaded = self._held.__getitem__
        self._vectors: VectorIndex | SegmentedVectors = VectorIndex(
            self._layout.ids, np.concatenate(matrices)
        )

    def _cover(self, previous: Snapshot | None) -> None:
        """Take vectors from where they are kept; read and check passages when they are needed."""
        self._held = {}
        self._loaded = lru_cache(maxsize=PLACES_IN_MEMORY)(
            lambda report_id: self._reader.load(self._rows[report_id])[0]
        )
        kind = Vectors(
            vectors=lambda report_id: self._reader.load(self._rows[report_id])[1],
            dim=self._reader.dim,
            quantised_from=self._sizes.quantised_from,
        )
        self._covers = covering(
            self._layout.stamps, kind, self._folder,
            held=[cover.segment for cover in previous._covers] if previous else [],
            revision=self.revision, sizes=self._sizes,
        )  # fmt: skip
        self._vectors = SegmentedVectors(
            self._layout.ids,
            [PlacedVectors(c.segment.built, self._layout.rows_of(c)) for c in self._covers],
            sizes=self._sizes,
        )

    def kept(self, row: sqlite3.Row) -> tuple[LoadedReport, Embeddings] | None:
        """Return what is in memory of a report, if it is the very one that was added then."""
        own = self._held.get(row["report_id"])
        if own is None or (own.digest, own.added_revision) != (
            row["digest"],
            row["added_revision"],
        ):
            return None
        return own, self.vectors(own.card.report_id)

    def word_segments(self) -> list[Segment[Postings]]:
        """Return what the next revision can take over of the keyword index."""
        return [cover.segment for cover in self._words] or self._words_before

    def vectors(self, report_id: str) -> Embeddings:
        """Return the vectors of a report's passages, a row each, in reading order."""
        return self._vectors.vectors(np.array(self.passage_ids(report_id), np.int64))

    @property
    def revision(self) -> int:
        return self.meta.revision

    @property
    def digest(self) -> str:
        return self.meta.digest

    @property
    def keywords(self) -> KeywordIndex:
        """The keyword index over headings and text of the passages; made when first asked for."""
        with self._indexing:
            if self._keywords is None:
                self._words = covering(
                    self._layout.stamps, Words(self.report, self._loaded), self._folder,
                    held=self._words_before, revision=self.revision, sizes=self._sizes,
                )  # fmt: skip
                self._words_before = []
                self._keywords = KeywordIndex.of_parts(
                    self._layout.ids,
                    [PlacedPostings(c.segment.built, self._layout.rows_of(c)) for c in self._words],
                )
            return self._keywords

    def passage(self, passage_id: int) -> Passage:
        """Return the passage.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        report_id, row = self._row(passage_id)
        return read_passage(row, self.report(report_id))

    def passage_vector(self, passage_id: int) -> Embeddings:
        """Return the vector of a passage, shape ``(dim,)``.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        self._layout.place_of(passage_id)
        vector: Embeddings = self._vectors.vectors(np.array([passage_id]))[0]
        return vector

    def report_id_of(self, passage_id: int) -> str:
        """Return the report that a passage belongs to.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        return self._layout.place_of(passage_id)[0]

    def definitions(self) -> Iterator[Definition]:
        """Yield the acronyms that the reports define, report by report in order of their ids."""
        self.keywords  # noqa: B018 - they are kept with it
        found = {
            stamp.report_id: (cover.segment.built, number)
            for cover in self._words
            for number, stamp in enumerate(cover.segment.stamps)
            if cover.live[number]
        }
        for report_id in self.cards:
            yield from definitions_in(*found[report_id])

    def passage_ids(self, report_id: str) -> tuple[int, ...]:
        """Return the ids of a report's passages in reading order.

        Raises:
            UnknownReport: this revision has none of that id.

        """
        stamp = self._layout.known(report_id)
        return tuple(range(stamp.first_id, stamp.first_id + stamp.passages))

    def report(self, report_id: str) -> Report:
        """Return the report.

        Raises:
            UnknownReport: this revision has none of that id.

        """
        self._layout.known(report_id)
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
        report_id, row = self._row(passage_id)
        blob = self._reader.sentence_blob(passage_id)
        if not isinstance(blob, bytes) or blob_digest(blob) != row.sentences_sha256:
            raise DamagedReport(report_id, "its sentences' vectors are not what was written")
        return read_sentence_vectors(blob, dim=self._reader.dim)

    def _row(self, passage_id: int) -> tuple[str, PassageRow]:
        report_id, place = self._layout.place_of(passage_id)
        return report_id, self._loaded(report_id).rows[place]

    def _mask(self, within: Collection[str] | None) -> Mask | None:
        return None if within is None else self._layout.mask(within)

    def _read_cards(
        self, rows: Sequence[sqlite3.Row], previous: Snapshot | None
    ) -> Iterator[ReportCard]:
        # A report's digest is over its card too: of the same digest, it is the same card.
        known = set(previous._layout.stamps) if previous else set()
        for row, stamp in zip(rows, self._layout.stamps, strict=True):
            held = self._held.get(stamp.report_id)
            if held is not None:
                yield held.card
            elif previous is not None and stamp in known:
                yield previous.cards[stamp.report_id]
            else:
                yield read_card(row)


def _check_whole(meta: Meta, rows: Sequence[sqlite3.Row]) -> None:
    digests = [str(row["digest"]) for row in sorted(rows, key=_row_id)]
    if library_digest(digests) != meta.digest:
        raise LibraryCorrupt(
            "the library's list of reports is not what was written; see: peelback verify --repair"
        )


def _row_id(row: sqlite3.Row) -> str:
    return str(row["report_id"])


def _report_id(card: ReportCard) -> str:
    return card.report_id
