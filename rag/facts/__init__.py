"""Questions that the parsed structure answers: lists, judgements, when, by whom, about what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Report, Span
from index.passages.sentences import sentence_around
from index.store.keywords import KeywordIndex
from rag.extractive import Claim, verbatim
from rag.facts.counts import asks_whose, counts, counts_and_items, read_count_request
from rag.facts.grades import judgement_claims, why_no_judgement
from rag.facts.lead_ins import with_lead_ins
from rag.facts.lists import ListRequest, list_claims, read_list_request
from rag.grade_words import named_grades
from rag.patterns import compiled, matching
from rag.questions import QuestionKind
from rag.wording import coverage, without

_FIELDS = compiled(
    {
        "fieldwork": (
            r"\b(when|what dates?|which (dates?|month|week|year)|dates)\b[^?]*\b(inspect\w*|jtai|"
            r"fieldwork|visit\w*|take place|took place|there|on site|carried out)\b",
            r"\b(inspect\w*|fieldwork|jtai|deep dive)\b[^?]*\b(when|what dates?|dates)\b",
            r"\bwhen was (that|it|this)\b",
        ),
        "inspectorates": (
            r"\binspectorates?\b",
            r"\b(probation|cqc|ofsted|hmicfrs|constabulary) (inspectors?|take part)\b",
            r"\bwho (carried out|did|made|inspected|conducted|took part)\b",
            r"\b(probation|cqc|ofsted|hmicfrs)\b[^?]*\b(take part|took part|part of|involved|"
            r"one of them)\b",
        ),
        "theme": (
            r"\bdeep dive\b",
            r"\b(theme|focus)\b",
            r"\bwhat was the (inspection|jtai)\b[^?]*\b(about|on)\b",
            r"\b(which|what) ([a-z]+ )*(areas?|letters?|reports?|boroughs?|councils?|forces?)"
            r"\b[^?]*\b(inspect\w*|jtai)\b[^?]*\b(on|about|into|how)\b",
        ),
        "published": (r"\b(when|date)\b[^?]*\b(publish\w*|issued|publication)\b",),
        "updated": (r"\b(when|date)\b[^?]*\bupdated\b", r"\blast updated\b"),
    }
)
"""Fields of a report's metadata that have a span as evidence, and how they are asked for."""

_STRUCTURE_WORDS = (
    "when what which who date dates month year inspect inspected inspection inspections "
    "inspector inspectors inspectorate inspectorates fieldwork visit visited carry carried out "
    "take took place part involved conducted made done deep dive theme focus special main about "
    "look looked letter report jtai peel joint targeted area areas borough boroughs council "
    "councils force forces one them was were did and the publish published updated last page "
    "there site probation ofsted cqc hmicfrs constabulary care quality commission police how "
    "agencies respond response that this it"
)
_YEAR = re.compile(r"20\d\d\b")
_SAME_THEME = 0.35
"""Share of a question's theme words that the nearest report's statement of its theme must hold."""
_AS_NEAR = 0.95
"""Share of the nearest report's share from which on another is about the same theme."""
_LEFT_OVER = 0.34
"""More of the question than this outside the words of structure: it asks about something else."""


@dataclass(frozen=True, slots=True)
class StructuralAnswer:
    """Claims, or why there can be none; without either the question is one for reading."""

    claims: tuple[Claim, ...] = ()
    gap: str | None = None
    notes: tuple[str, ...] = ()
    """What a reader should know beside the claims."""


def structural_answer(
    question: str,
    kind: QuestionKind,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> StructuralAnswer:
    """Return what the parsed structure says, or that it says it of nothing."""
    if request := requested_list(question, kind) or _ungraded_list(question, reports):
        return StructuralAnswer(_listed(question, request, reports, core, keywords))
    if kind is QuestionKind.JUDGEMENT:
        found = judgement_claims(question, reports, core, keywords)
        gap = None if found else why_no_judgement(question, reports, core, keywords)
        if found or gap:
            return StructuralAnswer(found, gap)
    return StructuralAnswer(_field_claims(question, reports, core, keywords))


def _ungraded_list(question: str, reports: Sequence[Report]) -> ListRequest | None:
    """Return the list that "which areas require improvement" means where nothing is graded."""
    named = named_grades(question)
    if named is None or named.certain or any(report.judgements for report in reports):
        return None
    return read_list_request(question)


def requested_list(question: str, kind: QuestionKind) -> ListRequest | None:
    """Return the list that the question asks for or counts, ``None`` if it does neither."""
    if counted := read_count_request(question):
        return counted
    return read_list_request(question) if kind is QuestionKind.LIST else None


def _listed(
    question: str,
    request: ListRequest,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    """Return the items, their counts where it counts, or both where it asks whose they are."""
    counting = read_count_request(question) is not None
    if request.parts and (counting or asks_whose(question)):
        parts = (_listed(question, part, reports, core, keywords) for part in request.parts)
        return tuple(claim for part in parts for claim in part)
    items = list_claims(request, reports, core, keywords)
    narrowed = items != list_claims(request, reports, (), keywords)
    if counting:
        # A year that names no report in scope asks for the items of another time.
        dated = any(_YEAR.match(token) for group in core for token in group)
        return () if dated else counts(request, items, reports, narrowed=narrowed)
    if len(reports) > 1 and asks_whose(question):
        return counts_and_items(request, items, reports, narrowed=narrowed)
    return with_lead_ins(items, reports)


def _field_claims(
    question: str,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    lowered = question.lower().replace("’", "'")
    fields = matching(_FIELDS, lowered)
    if not fields:
        return ()
    asked = without(core, _STRUCTURE_WORDS, keywords)
    about = _about(reports, asked, keywords)
    if asked and not about and _share(asked, core, keywords) > _LEFT_OVER:
        return ()
    if asked and about and "theme" not in fields:
        fields.append("theme")
    return tuple(
        verbatim(report, span) for report in (about or reports) for span in _places(fields, report)
    )


def _places(fields: Sequence[str], report: Report) -> list[Span]:
    """Return the sentences that state the fields, in the report's order, each once."""
    evidence = report.metadata.evidence
    stated = {sentence_around(report.text, evidence[name]) for name in fields if name in evidence}
    return sorted(stated)


def _about(
    reports: Sequence[Report], asked: Sequence[frozenset[str]], keywords: KeywordIndex
) -> list[Report]:
    """Return the reports whose theme comes nearest to what the question's other words name."""
    held = {report.report_id: _theme_coverage(report, asked, keywords) for report in reports}
    best = max(held.values(), default=0.0)
    if best < _SAME_THEME:
        return []
    return [report for report in reports if held[report.report_id] >= _AS_NEAR * best]


def _theme_coverage(
    report: Report, asked: Sequence[frozenset[str]], keywords: KeywordIndex
) -> float:
    if not asked or "theme" not in report.metadata.evidence:
        return 0.0
    said = f"{report.metadata.theme} {report.metadata.evidence['theme'].of(report.text)}"
    return coverage(asked, keywords.analyse(said), keywords)


def _share(
    part: Sequence[frozenset[str]], whole: Sequence[frozenset[str]], keywords: KeywordIndex
) -> float:
    held = {token for group in part for token in group}
    return coverage(whole, held, keywords)
