"""A query to ranked passages: dense and keyword rankings, fused by reciprocal rank."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.embedding import Embedder, Embeddings
from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.answers import Citation, RankedPassage
from rag.vocabulary import Query

RRF_K = 60
"""The constant of Cormack, Clarke & Büttcher, SIGIR 2009."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The rankings of one search, best first, and the query's vector."""

    vector: Embeddings
    dense: list[Hit]
    keyword: list[Hit]
    fused: list[Hit]


def shown_to_encoder(text: str, embedder: Embedder) -> str:
    """Return the text as the encoder takes it: as many of its first words as fit.

    The words beyond them are still searched for by the keyword search. The
    expansions of acronyms come last in a query's text, and so are left out first.
    """
    if embedder.count_tokens(text) <= embedder.max_tokens:
        return text
    words = text.split()
    counts = range(1, len(words) + 1)
    fitting = bisect_right(
        counts, embedder.max_tokens, key=lambda n: embedder.count_tokens(" ".join(words[:n]))
    )
    return " ".join(words[:fitting])


def fuse(rankings: Sequence[Sequence[Hit]], *, k: int = RRF_K) -> list[Hit]:
    """Merge rankings by reciprocal rank: the sum of 1 / (k + rank), ranks from 1.

    Ties go to the smaller passage id.

    >>> a, b, c = Hit(1, 0.9), Hit(2, 0.8), Hit(3, 7.0)
    >>> [hit.passage_id for hit in fuse([[a, b], [b, c]])]
    [2, 1, 3]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + 1 / (k + rank)
    return [Hit(i, scores[i]) for i in sorted(scores, key=lambda i: (-scores[i], i))]


def retrieve(
    snapshot: Snapshot,
    query: Query,
    vector: Embeddings,
    *,
    candidates: int,
    within: Collection[str] | None,
) -> Searched:
    """Return the dense, keyword and fused rankings of the passages in scope.

    ``within`` are the ids of the reports to search, ``None`` for all of them;
    the filter works inside each search, so a narrow scope still fills its
    ``candidates``.
    """
    dense = snapshot.dense(vector, k=candidates, within=within)
    keyword = snapshot.keyword(query.tokens, k=candidates, within=within)
    return Searched(vector, dense, keyword, fuse([dense, keyword]))


def spread(ranking: Sequence[Hit], snapshot: Snapshot, *, a_report: int) -> list[Hit]:
    """Return the ranking with at most ``a_report`` passages of each report, order kept."""
    taken: Counter[str] = Counter()
    kept = []
    for hit in ranking:
        report_id = snapshot.report_id_of(hit.passage_id)
        if taken[report_id] < a_report:
            taken[report_id] += 1
            kept.append(hit)
    return kept


def ranked_passage(snapshot: Snapshot, hit: Hit) -> RankedPassage:
    passage = snapshot.passage(hit.passage_id)
    report = snapshot.report(passage.report_id)
    return RankedPassage(
        passage_id=str(hit.passage_id),
        report_id=passage.report_id,
        section=report.sections[passage.section].path,
        page=report.page_of(passage.span),
        span=passage.span,
        text=passage.text,
        score=hit.score,
    )


def cited_first(
    snapshot: Snapshot, citations: Sequence[Citation], ranking: Sequence[Hit], *, k: int = 10
) -> tuple[RankedPassage, ...]:
    """Return the passages of an answer: those it cites, in order of citation, then the others read.

    At least all that are cited, else up to ``k``.
    """
    scores = {hit.passage_id: hit.score for hit in ranking}
    cited = dict.fromkeys(int(citation.passage_id) for citation in citations)
    others = [hit.passage_id for hit in ranking if hit.passage_id not in cited]
    ids = [*cited, *others[: max(0, k - len(cited))]]
    return tuple(ranked_passage(snapshot, Hit(i, scores.get(i, 0.0))) for i in ids)
