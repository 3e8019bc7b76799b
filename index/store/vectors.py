"""Dense search: exact inner product of unit vectors, by FAISS.

For tens of thousands of passages; ``vector_segments`` takes over where
comparing with every vector takes too long.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from index.embedding import Embeddings
from index.errors import EncoderMismatch
from index.store.hits import Hit, Mask, PassageIds, best_hits

# The stubs know only the C++ constructors beneath these two.
_SearchParameters: Any = faiss.SearchParameters
_Bitmap: Any = faiss.IDSelectorBitmap

TIE_MARGIN = 8
"""How many more than asked are fetched, to see whether the last one ties with others."""


class VectorIndex:
    """Passages' vectors, searched exactly. Built once; searching from several threads is safe.

    ``ids`` rise strictly, and row ``i`` of ``embeddings`` belongs to ``ids[i]``.

    Raises:
        ValueError: the vectors are not float32, one row an id.

    """

    def __init__(self, ids: PassageIds, embeddings: Embeddings) -> None:
        if embeddings.ndim != 2 or len(embeddings) != len(ids) or embeddings.dtype != np.float32:
            raise ValueError(
                f"wanted float32 vectors of shape ({len(ids)}, dim),"
                f" got {embeddings.dtype} of shape {embeddings.shape}"
            )
        self._ids = ids
        self._dim = int(embeddings.shape[1])
        self._index = faiss.IndexFlatIP(self._dim)
        self._index.add(np.ascontiguousarray(embeddings))

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, query: Embeddings, *, k: int, within: Mask | None) -> list[Hit]:
        """Return up to ``k`` passages by cosine, best first, ties by id.

        ``within`` restricts the search to the rows that are true in it; the
        filter is applied inside the search, so ``k`` are found where there are ``k``.

        Raises:
            EncoderMismatch: ``query`` is of another dimension.
            ValueError: ``query`` is not one finite float32 vector.

        """
        check_query(query, dim=self._dim if len(self._ids) else None)
        candidates = len(self._ids) if within is None else int(np.count_nonzero(within))
        wanted = min(k, candidates)
        if wanted <= 0:
            return []
        fetched = min(wanted + TIE_MARGIN, candidates)
        while True:
            scores, rows = self._nearest(query, fetched, within)
            # FAISS keeps any of those that tie at the end: fetch until none is left out.
            if fetched == candidates or scores[-1] < scores[wanted - 1]:
                return best_hits(self._ids[rows], scores, k=wanted)
            fetched = min(2 * fetched, candidates)

    def vectors(self, ids: PassageIds) -> Embeddings:
        """Return the vectors of ``ids``, which must be in the index, in their order."""
        stored: Embeddings = faiss.rev_swig_ptr(self._index.get_xb(), len(self._ids) * self._dim)
        return stored.reshape(-1, self._dim)[np.searchsorted(self._ids, ids)]

    def _nearest(self, query: Embeddings, k: int, within: Mask | None) -> tuple[Any, Any]:
        # Per calling thread. More threads cannot help one query, and beside torch's own
        # they cost a fivefold p99.
        faiss.omp_set_num_threads(1)
        # The selector points into the bitmap, which has to outlive the search.
        bitmap = None if within is None else np.packbits(within, bitorder="little")
        chosen = None
        if bitmap is not None:
            chosen = _SearchParameters(sel=_Bitmap(bitmap))
        scores, rows = self._index.search(query[np.newaxis], k, params=chosen)
        # FAISS pads a short result with row -1.
        found = rows[0] >= 0
        return scores[0][found], rows[0][found]


def check_query(query: Embeddings, *, dim: int | None) -> None:
    """Return if a question's vector is one that can be searched with; ``dim`` of ``None``: any.

    Raises:
        EncoderMismatch: it is of another dimension.
        ValueError: it is not one finite float32 vector.

    """
    if query.ndim != 1 or query.dtype != np.float32 or not np.isfinite(query).all():
        raise ValueError(
            f"wanted one finite float32 vector, got {query.dtype} of shape {query.shape}"
        )
    if dim is not None and len(query) != dim:
        raise EncoderMismatch(
            f"the library's vectors have {dim} dimensions, the question's {len(query)};"
            " ask with the encoder it was built with"
        )
