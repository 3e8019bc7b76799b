"""What is measured of one answer: pure functions of places, quotes and words.

A measure of one question is a share: how much of how much. Where there is
nothing to have a share of, it is ``None``, never 0: an answer that cites
nothing has no citation precision, and a question without evidence no recall.

Evidence recall follows the span recall of Chroma's chunking evaluation (Smith
and Troynikov, "Evaluating Chunking Strategies for Retrieval", 2024): labels are
excerpts of the text, not ids of chunks, so rankings over any passages compare.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
from ir_measures import RR, nDCG

from eval.evidence import LocatedQuote
from eval.folding import folded_words
from eval.values import normalised
from index.documents import Span

FOUND_SHARE = 0.5
"""A quote is found when at least this share of its characters is covered: whoever reads half
of a sentence in its place has found it, and a passage's border cannot hide it from both sides."""

RANKING_DEPTH = 10
"""Passages looked at for the reciprocal rank and nDCG; no answer shows more."""

_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one report: a passage that was read, or a quote that was cited."""

    report_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``, both finite, ``whole`` above 0: its value is always a number."""

    part: float
    whole: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole < math.inf or self.whole == 0:
            raise ValueError(f"a share needs 0 <= part <= whole > 0, got {self.part}/{self.whole}")

    @property
    def value(self) -> float:
        return self.part / self.whole


def share(part: float, whole: float) -> Share | None:
    """Return the share; ``None`` of nothing."""
    return Share(part, whole) if whole else None


def verdict(holds: bool) -> Share:
    """Return a yes or no as a share, 1 or 0 of 1.

    >>> verdict(True).value
    1.0
    """
    return Share(float(holds))


def covered(span: Span, by: Iterable[Span]) -> int:
    """Return how many code points of ``span`` lie in at least one of the others.

    >>> covered(Span(0, 10), [Span(2, 5), Span(4, 6), Span(9, 30)])
    5
    """
    total, reached = 0, span.start
    for other in sorted(by):
        start, end = max(other.start, reached), min(other.end, span.end)
        if start < end:
            total += end - start
            reached = end
    return total


def is_found(quote: LocatedQuote, places: Iterable[Place]) -> bool:
    """Whether the places together cover enough of the quote, anywhere that it stands."""
    spans = _spans_of(quote.report_id, places)
    return any(covered(at, spans) >= FOUND_SHARE * len(at) for at in quote.spans)


def evidence_recall(
    quotes: Sequence[LocatedQuote], ranking: Sequence[Place], *, k: int
) -> Share | None:
    """Return the share of the quotes that the first ``k`` passages hold between them.

    A quote that runs over the border of two passages is found when both are
    there. ``None`` without evidence.
    """
    return quotes_cited(quotes, ranking[:k])


def evidence_precision(
    quotes: Sequence[LocatedQuote], ranking: Sequence[Place], *, k: int
) -> Share | None:
    """Return the share of the first ``k`` passages' characters that are evidence.

    The token precision of Smith and Troynikov (2024), by characters; a character
    that two passages hold counts once. It is bounded by how long passages are,
    so it compares rankings of the same reports, not systems. ``None`` without
    evidence or without passages.
    """
    return citation_precision(quotes, ranking[:k])


def discounted_gain(quotes: Sequence[LocatedQuote], ranking: Sequence[Place]) -> Share | None:
    """Return nDCG@10: how high up the ranking evidence first appears, against the best order.

    nDCG@10 of ir-measures (trec_eval's: linear gain, log2(rank + 1); Järvelin
    and Kekäläinen, ACM TOIS 20(4), 2002). Documents are the quotes: a passage
    is relevant when it is the first to share text with one, and quotes that one
    passage finds first are one document. A passage that repeats what is found
    gains nothing, a quote that is never found stays in the ideal ranking.
    ``None`` without evidence.
    """
    if not quotes:
        return None
    missing, relevant = list(quotes), {}
    for rank, place in enumerate(ranking[:RANKING_DEPTH], start=1):
        left = [quote for quote in missing if not _touches_evidence(place, [quote])]
        if len(left) < len(missing):
            relevant[str(rank)] = 1
        missing = left
    relevant |= {f"missing {number}": 1 for number in range(len(missing))}
    return _measured(nDCG @ RANKING_DEPTH, relevant, ranking)


def reciprocal_rank(quotes: Sequence[LocatedQuote], ranking: Sequence[Place]) -> Share | None:
    """Return 1 / rank of the first passage that shares text with evidence, ranks from 1.

    RR@10 of ir-measures with passages as documents; 0 where none of the first
    ten does, ``None`` without evidence (Kantor and Voorhees, Information
    Retrieval 2, 2000).
    """
    if not quotes:
        return None
    # Evidence is always somewhere in the library, so there is a relevant document to be missed.
    relevant = {"unretrieved": 1} | {
        str(rank): 1
        for rank, place in enumerate(ranking, start=1)
        if _touches_evidence(place, quotes)
    }
    return _measured(RR @ RANKING_DEPTH, relevant, ranking)


def quotes_cited(quotes: Sequence[LocatedQuote], cited: Sequence[Place]) -> Share | None:
    """Return the share of the quotes of which the cited spans cover enough to be found.

    For a question that asks for a list this is the list's completeness.
    """
    return share(sum(is_found(quote, cited) for quote in quotes), len(quotes))


def citation_recall(quotes: Sequence[LocatedQuote], cited: Sequence[Place]) -> Share | None:
    """Return the share of the evidence's characters that the cited spans cover.

    Of a quote that stands in several places, the place that is covered best
    counts. ``None`` without evidence.
    """
    part = whole = 0
    for quote in quotes:
        spans = _spans_of(quote.report_id, cited)
        best = max(quote.spans, key=lambda at: covered(at, spans) / len(at))
        part += covered(best, spans)
        whole += len(best)
    return share(part, whole)


def citation_precision(quotes: Sequence[LocatedQuote], cited: Sequence[Place]) -> Share | None:
    """Return the share of the cited characters that are evidence; each character counts once.

    ``None`` where nothing was cited or there is no evidence. Gold evidence is
    what must be said, not all that may be, so a good answer can stay below 1.
    """
    if not quotes:
        return None
    part = whole = 0
    for report_id in sorted({place.report_id for place in cited}):
        evidence = [at for quote in quotes if quote.report_id == report_id for at in quote.spans]
        for span in _merged(_spans_of(report_id, cited)):
            part += covered(span, evidence)
            whole += len(span)
    return share(part, whole)


def contains_all(groups: Sequence[Sequence[str]], texts: Iterable[str]) -> Share | None:
    """Whether one of each group's alternatives is in the texts; ``None`` without groups.

    Case, white space and typographic characters are folded and ``[1]`` markers
    left out. A figure counts as a whole only: 14 is not in 2014, nor 30 in 30.8.
    Words that are not there as written may be there in another spelling of the
    same number, date or grade (``eval.values``).
    """
    if not groups:
        return None
    folded = [folded_words(_MARKER.sub(" ", text)) for text in texts]
    spelt = [*folded, *map(normalised, folded)]
    return verdict(
        all(
            any(_contains(text, form) for form in _forms(group) for text in spelt)
            for group in groups
        )
    )


def wrong_cycle_citations(
    right: Collection[str], cited_cycles: Sequence[str | None]
) -> Share | None:
    """Return the share of citations from another inspection cycle than the evidence's.

    Citations whose report names no cycle are left out; ``None`` where none does,
    or no report of the evidence.
    """
    known = [cycle for cycle in cited_cycles if cycle is not None]
    return share(sum(cycle not in right for cycle in known), len(known)) if right else None


def wrong_report_citations(right: Collection[str], cited: Sequence[Place]) -> Share | None:
    """Return the share of citations of a report that evidence does not name."""
    return share(sum(place.report_id not in right for place in cited), len(cited))


def _touches_evidence(place: Place, quotes: Iterable[LocatedQuote]) -> bool:
    return any(
        place.report_id == quote.report_id and place.span.overlaps(at)
        for quote in quotes
        for at in quote.spans
    )


def _spans_of(report_id: str, places: Iterable[Place]) -> list[Span]:
    return [place.span for place in places if place.report_id == report_id]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _forms(words: Iterable[str]) -> set[str]:
    folded = {folded_words(word) for word in words}
    return folded | {normalised(word) for word in folded}


def _contains(text: str, words: str) -> bool:
    # Boundaries only where the words begin or end in a digit; "inconsisten" is meant as a stem.
    before = r"(?<!\d)(?<!\d[.,])" if re.match(r"\d", words) else ""
    after = r"(?!\d|[.,]\d)" if re.search(r"\d$", words) else ""
    return re.search(f"{before}{re.escape(words)}{after}", text) is not None


def _measured(measure: Any, relevant: Mapping[str, int], ranking: Sequence[Place]) -> Share:  # noqa: ANN401
    """Return an ir-measures measure of a ranking whose documents are called by their ranks."""
    run = {str(rank): -float(rank) for rank in range(1, len(ranking) + 1)} or {"nothing": 0.0}
    (metric,) = ir_measures.iter_calc([measure], {"q": dict(relevant)}, {"q": run})
    # A best ranking may come out as 1 + 2e-16.
    return Share(min(1.0, float(metric.value)))
