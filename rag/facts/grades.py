"""Judgements with what they rest on, from the parsed structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from index.documents import Judgement, JudgementBasis, Report, Span
from index.store.keywords import KeywordIndex
from rag.answers import CitationNote, SentenceKind
from rag.extractive import Claim, Quote, report_name, section_at
from rag.grade_words import NamedGrades, named_grades
from rag.scope.report_kinds import asks_for_grade
from rag.wording import coverage, without

_GRADE_WORDS = (
    "grade graded grades grading rate rated rating ratings judge judged judgement judgment "
    "judgements judgments overall get got give given receive received force police constabulary "
    "inspection inspected report peel question hmicfrs what which how was is the each every all "
    "what's who's table outstanding good adequate inadequate requires require improvement "
    "ungraded area areas "
    "forces constabularies reports inspections questions aspect aspects part parts thing things "
    "anything anywhere everything service services body bodies one ones list name many number "
    "count total there any where has have had compare compared comparison differ difference "
    "between why"
)
_ALL = re.compile(
    r"\b(each|every|all)\b[^?]*\b(question|judge?ment|grade|area)s?\b|\b(grade|rating)s\b"
    r"|\bin one table\b"
)
_BY_BASIS = (
    (re.compile(r"\b(not graded|ungraded|no grade)\b"), JudgementBasis.UNGRADED),
    (re.compile(r"\bcarried (over|forward)\b"), JudgementBasis.CARRIED_OVER),
)
_COUNTED = re.compile(r"\bhow many\b|\bnumber of\b|^\s*count\b", re.IGNORECASE)
_PREMISE = re.compile(r"^\s*(?:why|how come)\b", re.IGNORECASE)
_GRADE_NOUN = re.compile(r"\b(?:grade|rating|judge?ment)s?\b", re.IGNORECASE)
MOST_NAMED = 3
"""Reports named one by one where none of them has what was asked for."""
_PILLARS = ("effectiveness", "efficiency", "legitimacy", "leadership")
TOGETHER = 240
"""Characters from the start of a heading within which a grade stands below it."""
MATCHES = 0.6
"""Share of the question's weight that a judgement's wording must hold to be meant."""


def judgement_claims(
    question: str,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    """Return the judgements asked for, each with its basis; empty if there is none of them.

    A question that names no area means the overall judgement. A pillar that a
    report does not cover has no judgement in it, whatever else was graded. "Why
    is X rated outstanding at Y?" takes the grade for granted: where Y has
    another, that one is given.
    """
    asked = without(core, _GRADE_WORDS, keywords)
    named = named_grades(question)
    meant = _graded if named else _meant
    everywhere = [
        (report, judgement)
        for report in reports
        for judgement in meant(question.lower(), report, asked, keywords)
    ]
    found = [each for each in everywhere if named is None or each[1].grade in named.grades]
    if named and asked and not found and _PREMISE.search(question):
        found = everywhere
    if named and _COUNTED.search(question):
        return _counted(found, named)
    return tuple(claim for report, judgement in found for claim in _claims(report, judgement))


def why_no_judgement(
    question: str,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> str | None:
    """Return what to say where no judgement is meant; ``None`` where reading may answer."""
    asked = without(core, _GRADE_WORDS, keywords)
    named = named_grades(question)
    if named is None:
        return _ungiven(question, reports, asked, keywords)
    if not named.certain and not any(r.judgements for r in reports):
        return None
    if asked and not named.certain and not _any_graded(question.lower(), reports, asked, keywords):
        return None
    about = " on what was asked" if asked else ""
    grades = " or ".join(named.grades)
    return f"No judgement of {grades}{about} is in the reports searched ({_names(reports)})."


def _ungiven(
    question: str,
    reports: Sequence[Report],
    asked: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> str | None:
    """Return which grade is given by no report, ``None`` where no grade is surely asked for."""
    if not asks_for_grade(question) or not _GRADE_NOUN.search(question):
        return None
    names = [name for r in reports for name in (r.metadata.title, *r.metadata.bodies)]
    about = without(asked, " ".join(names), keywords)
    subject, verb = ("The report", "gives") if len(reports) == 1 else ("The reports", "give")
    what = f"grade for {_words_of(about, question, keywords)}" if about else "overall grade"
    return f"{subject} searched ({_names(reports)}) {verb} no {what}."


def _words_of(groups: Sequence[frozenset[str]], question: str, keywords: KeywordIndex) -> str:
    """Return the question's words from the first to the last that ``groups`` hold."""
    tokens = {token for group in groups for token in group}
    words = [word.strip("?!.,;:“”'\"") for word in question.split()]
    held = [n for n, word in enumerate(words) if tokens.intersection(keywords.analyse(word))]
    return " ".join(words[held[0] : held[-1] + 1]) if held else "what was asked"


def _names(reports: Sequence[Report]) -> str:
    if len(reports) > MOST_NAMED:
        return f"{len(reports)} reports"
    return " and ".join(map(report_name, reports))


def _any_graded(
    question: str,
    reports: Sequence[Report],
    asked: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> bool:
    return any(_graded(question, report, asked, keywords) for report in reports)


def _graded(
    question: str,
    report: Report,
    asked: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> list[Judgement]:
    """Return the judgements among which a grade is looked for: all, unless an area is named."""
    names = [report.metadata.title, *report.metadata.bodies]
    about = without(asked, " ".join(names), keywords)
    if not about:
        return list(report.judgements)
    if any(pillar in question for pillar in _PILLARS) or re.search(r"\bquestion \d", question):
        return _meant(question, report, asked, keywords)
    return _closest(report, about, keywords)


def _counted(found: Sequence[tuple[Report, Judgement]], named: NamedGrades) -> tuple[Claim, ...]:
    """Return how many judgements each report has, with all of them as quotes."""
    claims = []
    for report, group in groupby(found, key=lambda pair: pair[0]):
        quotes = tuple(_quote(report, judgement) for _, judgement in group)
        noun = "judgement" if len(quotes) == 1 else "judgements"
        text = f"{report_name(report)}: {len(quotes)} {noun} of {' or '.join(named.grades)}."
        claims.append(Claim(text, SentenceKind.FACT, quotes))
    return tuple(claims)


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
    quote = _quote(report, judgement)
    claims = [
        Claim(
            text=f"{body} – {what}{cycle}: {judgement.grade}.",
            kind=SentenceKind.FACT,
            quotes=(quote,),
        )
    ]
    if judgement.basis_span is not None:
        claims.append(
            Claim(
                text=judgement.basis_span.of(report.text),
                kind=SentenceKind.VERBATIM,
                quotes=(replace(quote, span=judgement.basis_span),),
            )
        )
    return claims


def _quote(report: Report, judgement: Judgement) -> Quote:
    note = CitationNote.CARRIED_OVER if judgement.basis is JudgementBasis.CARRIED_OVER else None
    return Quote(report.report_id, _with_heading(report, judgement), note)


def _with_heading(report: Report, judgement: Judgement) -> Span:
    """Return the span from the heading to the grade below it, where they stand together.

    "Good" alone is a poor quote; with its question it can be checked at a glance.
    """
    section = section_at(report, judgement.span)
    if section is None or judgement.span.start - section.span.start > TOGETHER:
        return judgement.span
    return Span(section.span.start, judgement.span.end)
