"""What an answer will say, before it is written: claims, status and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from index.store.hits import Hit
from index.store.lazy_reports import LazyReports
from index.store.snapshot import Snapshot
from rag.answers import AnswerStatus
from rag.extractive import Claim, report_name
from rag.facts import structural_answer
from rag.facts.definitions import acronyms_in, asks_for_expansion, definition_claims
from rag.features import holds_figure
from rag.questions import FIGURES, QuestionKind, QuestionReading
from rag.reading import PassageReading, Reader
from rag.retrieval import Searched, spread
from rag.scope import ScopeReading
from rag.selection import ACROSS_REPORTS, LENGTHS, choose
from rag.vocabulary import Query

CONFIDENT = 0.64
"""Below this the answer is withheld. Set on gold questions: docs/evaluation.md."""

OFF_TOPIC = 0.3
"""Cosine of the nearest passage below which a question is not about inspections at all.

Of the answerable gold questions 1.5 % lie below it.
"""
OFF_TOPIC_REASON = "Nothing in these reports is about this: they say what inspectors found."

CONFIDENT_SIDE = 0.5
"""The same for one side of a comparison, whose question is less to the point for each of them."""

_BROAD = (QuestionKind.TOPIC, QuestionKind.CHANGE, QuestionKind.WHETHER, QuestionKind.COMPARISON)
_BREADTH = 2
"""Passages of one report that are read for a topic over many reports."""


@dataclass(frozen=True, slots=True)
class DraftedSide:
    """One side of a comparison: how many of the claims are its own, or why it has none."""

    name: str
    claims: int
    gap: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """Claims in the order of the answer, and the passages that were read, best first.

    ``sides`` are those of a comparison; their claims follow each other in the same order.
    """

    status: AnswerStatus
    reason: str | None = None
    claims: tuple[Claim, ...] = ()
    ranking: tuple[Hit, ...] = ()
    confidence: float = 0.0
    sides: tuple[DraftedSide, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know beside the answer."""
    settled: bool = False
    """Whether the parsed structure answers or rules out the question: facts, said as they stand."""


def refused(status: AnswerStatus, reason: str) -> Draft:
    return Draft(status, reason)


def draft_definition(question: str, scope: ScopeReading, snapshot: Snapshot) -> Draft | None:
    """Return what an acronym stands for, or that no report says; ``None`` for other questions."""
    reports = LazyReports(snapshot.cards, snapshot.report, scope.report_ids)
    claims = definition_claims(question, reports)
    if claims:
        return Draft(AnswerStatus.ANSWERED, claims=claims, confidence=1.0)
    if not asks_for_expansion(question):
        return None
    names = " or ".join(acronyms_in(question))
    reason = f"{not_said(scope, snapshot)} None of them spells out {names}."
    return Draft(AnswerStatus.NOT_IN_REPORTS, reason)


def with_definition(defined: Draft, read: Draft) -> Draft:
    """Return the definition followed by what else was read, nothing said twice."""
    spans = {quote.span for claim in defined.claims for quote in claim.quotes}
    rest = [c for c in read.claims if not any(quote.span in spans for quote in c.quotes)]
    return replace(defined, claims=(*defined.claims, *rest), ranking=read.ranking)


def draft_from_structure(
    text: str,
    reading: QuestionReading,
    query: Query,
    scope: ScopeReading,
    snapshot: Snapshot,
) -> Draft | None:
    """Return what the parsed structure answers or rules out, ``None`` where it does neither.

    The structure is certain of what it holds: its confidence is 1.
    """
    reports = LazyReports(snapshot.cards, snapshot.report, scope.report_ids)
    found = structural_answer(
        text, reading.kind, reports, query.core, snapshot.keywords, bodies=scope.scope.bodies
    )
    if found.gap:
        return refused(AnswerStatus.NOT_IN_REPORTS, found.gap)
    if not found.claims:
        return None
    return Draft(AnswerStatus.ANSWERED, claims=found.claims, confidence=1.0, notes=found.notes)


def draft_reading(
    reading: QuestionReading,
    query: Query,
    found: Searched,
    reader: Reader,
    scope: ScopeReading,
    snapshot: Snapshot,
    *,
    passages: int,
    confident: float = CONFIDENT,
) -> Draft:
    """Return the sentences that answer, or the refusal if none is sure enough."""
    ranking = passages_to_read(reading, found, scope, snapshot, passages=passages)
    read = reader.read(reading, query, found.vector, ranking, snapshot)
    ranking = ranking[:passages]
    length = ACROSS_REPORTS if is_broad(reading, scope) else LENGTHS[reading.kind]
    claims = choose(read.sentences, snapshot, length=length)
    withheld = _why_withheld(reading, query, read, claims, scope, snapshot, confident=confident)
    draft = Draft(
        AnswerStatus.ANSWERED, claims=claims, ranking=tuple(ranking), confidence=read.confidence
    )
    if withheld is None:
        return draft
    if read.nearness < OFF_TOPIC and not _could_be_meant(query, scope):
        return replace(draft, status=AnswerStatus.OUT_OF_SCOPE, reason=OFF_TOPIC_REASON, claims=())
    return replace(draft, status=AnswerStatus.NOT_IN_REPORTS, reason=withheld, claims=())


def _could_be_meant(query: Query, scope: ScopeReading) -> bool:
    """Whether a question far from every passage may still be about inspections.

    It is where it names a body or report, and one word alone ("custody") is far
    from everything.
    """
    return bool(scope.scope.bodies or scope.scope.reports) or len(query.core) <= 1


def _why_withheld(
    reading: QuestionReading,
    query: Query,
    read: PassageReading,
    claims: Sequence[Claim],
    scope: ScopeReading,
    snapshot: Snapshot,
    *,
    confident: float,
) -> str | None:
    """Return why the reports do not answer, ``None`` where they do."""
    if read.confidence < confident:
        return not_said(scope, snapshot)
    if reading.wants in FIGURES and not any(
        holds_figure(reading.wants, claim.text, query) for claim in claims
    ):
        return f"{not_said(scope, snapshot)} What they say of it has no such figure."
    return None


def is_broad(reading: QuestionReading, scope: ScopeReading) -> bool:
    """Whether the question is a topic over many reports, wanted wide rather than deep."""
    across = len(scope.report_ids) > 1 and not scope.scope.bodies and not scope.scope.reports
    return across and reading.kind in _BROAD


def passages_to_read(
    reading: QuestionReading,
    found: Searched,
    scope: ScopeReading,
    snapshot: Snapshot,
    *,
    passages: int,
) -> list[Hit]:
    """Return the first passages; for a broad topic twice as many, few of each report."""
    if is_broad(reading, scope):
        return spread(found.fused, snapshot, a_report=_BREADTH)[: 2 * passages]
    return found.fused[:passages]


def not_said(scope: ScopeReading, snapshot: Snapshot) -> str:
    """Return the reason of a refusal after reading: what was searched, and that it does not say."""
    ids = scope.report_ids
    if len(ids) > 3:
        return f"None of the {len(ids)} reports that were searched says."
    names = " and ".join(report_name(snapshot.report(report_id)) for report_id in ids)
    return f"The {'report' if len(ids) == 1 else 'reports'} searched ({names}) did not say."


def draft_comparison(sides: Sequence[tuple[str, Draft | None]]) -> Draft:
    """Return the sides one after the other; an empty side is said, never filled from another."""
    read = [draft for _, draft in sides if draft is not None]
    drafted = tuple(_drafted_side(name, draft) for name, draft in sides)
    claims = tuple(claim for draft in read for claim in draft.claims)
    interleaved = [hit for hits in zip_longest(*(draft.ranking for draft in read)) for hit in hits]
    gaps = [side.gap for side in drafted if side.gap is not None]
    return Draft(
        _status_of(claims, gaps, read),
        reason=" ".join(gaps) or None,
        claims=claims,
        ranking=tuple({hit.passage_id: hit for hit in reversed(interleaved) if hit}.values())[::-1],
        confidence=max((draft.confidence for draft in read), default=0.0),
        sides=drafted,
    )


def _status_of(claims: Sequence[Claim], gaps: Sequence[str], read: Sequence[Draft]) -> AnswerStatus:
    if claims:
        return AnswerStatus.PARTIAL if gaps else AnswerStatus.ANSWERED
    return AnswerStatus.NOT_IN_REPORTS if read else AnswerStatus.NO_MATCHING_REPORTS


def _drafted_side(name: str, draft: Draft | None) -> DraftedSide:
    if draft is None:
        return DraftedSide(name, 0, f"No report about {name} is in this library.")
    gap = None if draft.claims else f"The reports about {name} do not say."
    return DraftedSide(name, len(draft.claims), gap)
