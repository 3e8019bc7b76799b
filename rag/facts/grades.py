"""Judgements with what they rest on, from the parsed structure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Judgement, JudgementBasis, Report, Span
from index.store.keywords import KeywordIndex
from rag.answers import CitationNote, SentenceKind
from rag.extractive import Claim, Quote, section_at
from rag.wording import coverage, without

_GRADE_WORDS = (
    "grade graded grades grading rate rated rating ratings judge judged judgement judgment "
    "judgements judgments overall get got give given receive received force police constabulary "
    "inspection inspected report peel question hmicfrs what which how was is the each every all "
    "table outstanding good adequate inadequate requires improvement ungraded area areas"
)
_ALL = re.compile(
    r"\b(each|every|all)\b[^?]*\b(question|judge?ment|grade|area)s?\b|\bgrades\b|\bin one table\b"
)
_BY_BASIS = (
    (re.compile(r"\b(not graded|ungraded|no grade)\b"), JudgementBasis.UNGRADED),
    (re.compile(r"\bcarried (over|forward)\b"), JudgementBasis.CARRIED_OVER),
)
_PILLARS = ("effectiveness", "efficiency", "legitimacy", "leadership")
TOGETHER = 240
"""Characters from the start of a heading within which a grade stands below it."""
MATCHES = 0.45
"""Share of the question's weight that a judgement's wording must hold to be meant."""


def judgement_claims(
    question: str,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    """Return the judgements asked for, each with its basis; empty if there is none of them.

    A question that names no area means the overall judgement. A pillar that a
    report does not cover has no judgement in it, whatever else was graded.
    """
    asked = without(core, _GRADE_WORDS, keywords)
    return tuple(
        claim
        for report in reports
        for judgement in _meant(question.lower(), report, asked, keywords)
        for claim in _claims(report, judgement)
    )


def _meant(
    question: str,
    report: Report,
    asked: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> list[Judgement]:
    covered = " ".join([report.metadata.pillar or "", report.metadata.title]).lower()
    if any(pillar in question and pillar not in covered for pillar in _PILLARS):
        return []
    for pattern, basis in _BY_BASIS:
        if pattern.search(question):
            return [j for j in report.judgements if j.basis is basis]
    if _ALL.search(question):
        return list(report.judgements)
    if number := re.search(r"\bquestion (\d+)\b", question):
        return [j for j in report.judgements if j.number == number[1]]
    about = without(asked, " ".join([covered, *report.metadata.bodies]), keywords)
    overall = [j for j in report.judgements if j.question is None]
    return _closest(report, about, keywords) if about else overall


def _closest(
    report: Report, about: Sequence[frozenset[str]], keywords: KeywordIndex
) -> list[Judgement]:
    scored = [
        (coverage(about, keywords.analyse(j.question), keywords), j)
        for j in report.judgements
        if j.question is not None
    ]
    best = max((share for share, _ in scored), default=0.0)
    return [j for share, j in scored if share == best and best >= MATCHES]


def _claims(report: Report, judgement: Judgement) -> list[Claim]:
    body = report.metadata.bodies[0] if report.metadata.bodies else report.metadata.title
    what = (
        f"“{judgement.question}”"
        if judgement.question
        else (report.metadata.pillar or "overall").lower()
    )
    cycle = f" ({report.metadata.cycle})" if report.metadata.cycle else ""
    note = CitationNote.CARRIED_OVER if judgement.basis is JudgementBasis.CARRIED_OVER else None
    claims = [
        Claim(
            text=f"{body} – {what}{cycle}: {judgement.grade}.",
            kind=SentenceKind.FACT,
            quotes=(Quote(report.report_id, _with_heading(report, judgement), note),),
        )
    ]
    if judgement.basis_span is not None:
        claims.append(
            Claim(
                text=judgement.basis_span.of(report.text),
                kind=SentenceKind.VERBATIM,
                quotes=(Quote(report.report_id, judgement.basis_span, note),),
            )
        )
    return claims


def _with_heading(report: Report, judgement: Judgement) -> Span:
    """Return the span from the heading to the grade below it, where they stand together.

    "Good" alone is a poor quote; with its question it can be checked at a glance.
    """
    section = section_at(report, judgement.span)
    if section is None or judgement.span.start - section.span.start > TOGETHER:
        return judgement.span
    return Span(section.span.start, judgement.span.end)
