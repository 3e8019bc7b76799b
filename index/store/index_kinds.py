"""The two indexes that are made of a library: its words, and its vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.documents import Definition, Report
from index.embedding import Embeddings
from index.store.analyser import analyser_version
from index.store.array_files import Array
from index.store.kept_indexes import IndexFolder, Stamp
from index.store.keywords import tokenised
from index.store.pinned import LoadedReport
from index.store.postings import Postings, TokenisedReport, joined, postings_of, thinned
from index.store.segments import THIN_UP_TO, forget
from index.store.sizes import USUAL, Sizes
from index.store.vector_segments import VectorSegment, joined_segments, segment_of

FORMAT = 1
"""Raised when what is kept is laid out otherwise."""


@dataclass(frozen=True, slots=True)
class Words:
    """The keyword index of headings and texts; the definitions of each report are its note."""

    report: Callable[[str], Report]
    loaded: Callable[[str], LoadedReport]

    name = "words"

    @property
    def maker(self) -> str:
        return f"{FORMAT} {analyser_version()}"

    def build(self, stamps: Sequence[Stamp]) -> Postings:
        return postings_of(self._tokenised(stamp.report_id) for stamp in stamps)

    def join(self, parts: Sequence[tuple[Postings, NDArray[np.bool_]]]) -> Postings:
        thin = [part if kept.all() else thinned(part, kept) for part, kept in parts]
        return joined(thin) if len(thin) != 1 else thin[0]

    def arrays(self, built: Postings) -> Mapping[str, Array]:
        return built.arrays()

    def of_arrays(self, arrays: Mapping[str, Array]) -> Postings:
        return Postings.of_arrays(arrays)

    def _tokenised(self, report_id: str) -> TokenisedReport:
        report = self.report(report_id)
        texts = (
            "\n".join((*report.sections[row.section].path, report.text[row.start : row.end]))
            for row in self.loaded(report_id).rows
        )
        return tokenised(texts, msgspec.json.encode(report.definitions))


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of passages, in a library too large to read and compare all of them."""

    vectors: Callable[[str], Embeddings]
    dim: int
    quantised_from: int

    name = "vectors"
    maker = str(FORMAT)

    def build(self, stamps: Sequence[Stamp]) -> VectorSegment:
        sizes = np.array([stamp.passages for stamp in stamps], np.int64)
        matrix = np.empty((int(sizes.sum()), self.dim), np.float32)
        end = 0
        for stamp in stamps:
            start, end = end, end + stamp.passages
            matrix[start:end] = self.vectors(stamp.report_id)
        return segment_of(matrix, sizes, quantised_from=self.quantised_from)

    def join(self, parts: Sequence[tuple[VectorSegment, NDArray[np.bool_]]]) -> VectorSegment:
        return joined_segments(parts, quantised_from=self.quantised_from)

    def arrays(self, built: VectorSegment) -> Mapping[str, Array]:
        return built.arrays()

    def of_arrays(self, arrays: Mapping[str, Array]) -> VectorSegment:
        return VectorSegment.of_arrays(arrays)


def definitions_in(postings: Postings, report: int) -> Iterator[Definition]:
    """Yield the acronyms that a report of the postings defines."""
    yield from msgspec.json.decode(postings.note(report), type=tuple[Definition, ...])


def forget_report(library: Path, library_id: str, report_id: str, *, sizes: Sizes = USUAL) -> None:
    """Take what a report says out of the indexes that are kept beside a library.

    All its words go. Its vectors stay in a segment of more than ``THIN_UP_TO``
    passages, where no search finds them, until that is put together anew.
    """
    folder = IndexFolder(library, library_id)
    vectors = Vectors(_gone, 1, sizes.quantised_from)
    forget(report_id, Words(_gone, _gone), folder, sizes=sizes)
    forget(report_id, vectors, folder, sizes=sizes, up_to=THIN_UP_TO)


def _gone(report_id: str) -> NoReturn:
    raise AssertionError(f"{report_id!r} is not read while another is taken out")
