"""Dense search in a large library: quantised vectors find candidates, exact ones rank them.

A segment of many passages has, beside its vectors, codes of 4 bits for each two
dimensions (FAISS's FastScan). The scan of the codes gives many more candidates
than are wanted, and those are compared with their exact vectors. A scope that
leaves few passages, and a segment that has few, are compared exactly at once.
Figures: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedding import Embeddings
from index.store.array_files import Array
from index.store.hits import Hit, Mask, PassageIds, best_hits
from index.store.sizes import USUAL, Sizes
from index.store.vectors import check_query

DIMENSIONS_A_CODE = 2
TRAINED_ON = 30_000
"""Vectors the codes are fitted to: 3 s; with 100,000 recall is the same."""
REFINED_A_HIT = 25
"""Candidates whose exact vectors are looked at, for each passage that is wanted."""

Rows = NDArray[np.int64]

# The stubs lack it.
_faiss: Any = faiss


@dataclass(frozen=True)
class VectorSegment:
    """Vectors, a row a passage, and FAISS's index of their codes; none where there are few.

    ``sizes`` are the numbers of passages of its reports, in order.
    """

    vectors: Embeddings
    sizes: NDArray[np.int64]
    codes: NDArray[np.uint8]

    @cached_property
    def scan(self) -> Any:  # noqa: ANN401 - FAISS's own
        """FAISS's index of the codes, ``None`` where there are none."""
        return faiss.deserialize_index(self.codes) if len(self.codes) else None

    def arrays(self) -> dict[str, Array]:
        return {"vectors": self.vectors, "sizes": self.sizes, "codes": self.codes}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> VectorSegment:
        return cls(arrays["vectors"], arrays["sizes"], arrays["codes"])


def segment_of(
    vectors: Embeddings,
    sizes: NDArray[np.int64],
    *,
    quantised_from: int = USUAL.quantised_from,
) -> VectorSegment:
    """Return the segment; the same vectors always get the same codes."""
    if len(vectors) < quantised_from or vectors.shape[1] % DIMENSIONS_A_CODE:
        return VectorSegment(vectors, sizes, np.empty(0, np.uint8))
    index = faiss.IndexPQFastScan(
        vectors.shape[1], vectors.shape[1] // DIMENSIONS_A_CODE, 4, faiss.METRIC_INNER_PRODUCT
    )
    sample = np.random.default_rng(0).permutation(len(vectors))[:TRAINED_ON]
    index.train(vectors[np.sort(sample)])
    index.add(np.ascontiguousarray(vectors))
    return VectorSegment(vectors, sizes, faiss.serialize_index(index))


def joined_segments(
    parts: Sequence[tuple[VectorSegment, NDArray[np.bool_]]],
    *,
    quantised_from: int = USUAL.quantised_from,
) -> VectorSegment:
    """Return one segment of those reports of the parts that are true beside them."""
    vectors = [part.vectors[np.repeat(kept, part.sizes)] for part, kept in parts]
    sizes = [part.sizes[kept] for part, kept in parts]
    return segment_of(np.concatenate(vectors), np.concatenate(sizes), quantised_from=quantised_from)


@dataclass(frozen=True, slots=True)
class PlacedVectors:
    """A segment, and at which row of the index each of its passages stands; -1: at none."""

    segment: VectorSegment
    rows: Rows


class SegmentedVectors:
    """The vectors of a library in segments; searching from several threads is safe."""

    def __init__(
        self,
        ids: PassageIds,
        parts: Sequence[PlacedVectors],
        *,
        sizes: Sizes = USUAL,
    ) -> None:
        self._ids = ids
        self._parts = [_Part.of(placed, sizes) for placed in parts]
        self._dim = parts[0].segment.vectors.shape[1] if parts else None
        # Which part each row is in, and where there.
        self._part_of = np.empty(len(ids), np.uint8)
        self._place_of = np.empty(len(ids), np.int64)
        for number, part in enumerate(self._parts):
            live = np.flatnonzero(part.rows >= 0)
            self._part_of[part.rows[live]] = number
            self._place_of[part.rows[live]] = live

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, query: Embeddings, *, k: int, within: Mask | None) -> list[Hit]:
        """Return up to ``k`` passages by cosine, best first, ties by id.

        Among few passages (``Sizes.exact_up_to``) they are the nearest; among more,
        nearly always: docs/decisions/0006 has how often.

        Raises:
            EncoderMismatch: ``query`` is of another dimension.
            ValueError: ``query`` is not one finite float32 vector.

        """
        check_query(query, dim=self._dim)
        if k <= 0:
            return []
        # Per calling thread; more cannot help one query.
        faiss.omp_set_num_threads(1)
        rows, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        for part in self._parts:
            places = part.candidates(query, k=k, within=within)
            rows.append(part.rows[places])
            scores.append(part.cosines(query, places))
        return best_hits(self._ids[np.concatenate(rows)], np.concatenate(scores), k=k)

    def vectors(self, ids: PassageIds) -> Embeddings:
        """Return the vectors of ``ids``, which must be in the index, in their order."""
        rows = np.searchsorted(self._ids, ids)
        found = [
            self._parts[part].vectors[place]
            for part, place in zip(self._part_of[rows], self._place_of[rows], strict=True)
        ]
        return np.array(found, np.float32).reshape(len(rows), -1)


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment that is placed in the index and ready to be searched."""

    vectors: Embeddings
    rows: Rows
    live: NDArray[np.bool_] | None
    """``None``: all of them are."""
    scan: Any
    sizes: Sizes

    @classmethod
    def of(cls, placed: PlacedVectors, sizes: Sizes) -> _Part:
        live = placed.rows >= 0
        return cls(
            vectors=placed.segment.vectors,
            rows=placed.rows,
            live=None if live.all() else live,
            scan=placed.segment.scan,
            sizes=sizes,
        )

    def candidates(self, query: Embeddings, *, k: int, within: Mask | None) -> Rows:
        """Return where the passages lie that are to be compared with the query."""
        allowed = self._allowed(within)
        count = len(self.rows) if allowed is None else int(np.count_nonzero(allowed))
        if self.scan is None or count <= self.sizes.exact_up_to:
            return np.arange(len(self.rows)) if allowed is None else np.flatnonzero(allowed)
        # The scan knows no filter: as many more are fetched as the filter will leave out.
        wanted = max(self.sizes.refined, REFINED_A_HIT * k)
        fetched = min(len(self.rows), wanted * len(self.rows) // count)
        _, found = self.scan.search(query[np.newaxis], fetched)
        places = cast("Rows", found[0][found[0] >= 0])
        if allowed is None:
            return places
        places = places[allowed[places]]
        # A scope that is about something else than the question is behind all that was fetched.
        return places if 2 * len(places) >= wanted else np.flatnonzero(allowed)

    def cosines(self, query: Embeddings, places: Rows) -> NDArray[np.float32]:
        scores = np.empty(len(places), np.float32)
        _faiss.fvec_inner_products_by_idx(
            faiss.swig_ptr(scores), faiss.swig_ptr(query), faiss.swig_ptr(self.vectors),
            faiss.swig_ptr(np.ascontiguousarray(places)), len(query), 1, len(places),
        )  # fmt: skip
        return scores

    def _allowed(self, within: Mask | None) -> NDArray[np.bool_] | None:
        if within is None:
            return self.live
        # A row of -1 reads the last one: what is not live is taken out after.
        allowed = within[self.rows]
        return allowed if self.live is None else allowed & self.live
