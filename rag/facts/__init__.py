"""Questions that the parsed structure answers: lists, judgements, when, by whom, about what."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.documents import Report
from index.store.keywords import KeywordIndex
from rag.extractive import Claim
from rag.facts.counts import asks_whose, counts, counts_and_items, read_count_request
from rag.facts.definitions import asks_for_expansion
from rag.facts.fields import stated_fields
from rag.facts.grades import judgement_claims, why_no_judgement
from rag.facts.lead_ins import with_lead_ins
from rag.facts.lists import ListRequest, list_claims, read_list_request
from rag.facts.partnership import of_the_force
from rag.grade_words import named_grades
from rag.questions import QuestionKind

_YEAR = re.compile(r"20\d\d\b")


@dataclass(frozen=True, slots=True)
class StructuralAnswer:
    """Claims, or why there can be none; without either the question is one for reading."""

    claims: tuple[Claim, ...] = ()
    gap: str | None = None
    notes: tuple[str, ...] = ()
    """What a reader should know beside the claims."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the reports in its scope and the bodies that it names."""

    question: str
    reports: Sequence[Report]
    core: Sequence[frozenset[str]]
    keywords: KeywordIndex
    bodies: Collection[str]


def structural_answer(
    question: str,
    kind: QuestionKind,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
    *,
    bodies: Collection[str] = (),
) -> StructuralAnswer:
    """Return what the parsed structure says, or that it says it of nothing."""
    if asks_for_expansion(question):
        return StructuralAnswer()
    if request := requested_list(question, kind) or _ungraded_list(question, reports):
        return _listed(request, _Asked(question, reports, core, keywords, bodies))
    if kind is QuestionKind.JUDGEMENT:
        found = judgement_claims(question, reports, core, keywords)
        gap = None if found else why_no_judgement(question, reports, core, keywords)
        if found or gap:
            return StructuralAnswer(found, gap)
    stated, unstated = stated_fields(question, reports, core, keywords)
    if not stated:
        return StructuralAnswer(gap=unstated)
    return StructuralAnswer(stated, notes=(unstated,) if unstated else ())


def _ungraded_list(question: str, reports: Sequence[Report]) -> ListRequest | None:
    """Return the list that "which areas require improvement" means where nothing is graded."""
    named = named_grades(question)
    if named is None or named.certain or any(report.judgements for report in reports):
        return None
    return read_list_request(question)


def requested_list(question: str, kind: QuestionKind) -> ListRequest | None:
    """Return the list that the question asks for or counts, ``None`` if it does neither."""
    if asks_for_expansion(question):
        return None
    if counted := read_count_request(question):
        return counted
    return read_list_request(question) if kind is QuestionKind.LIST else None


def _listed(request: ListRequest, asked: _Asked) -> StructuralAnswer:
    """Return the items, their counts where it counts, or both where it asks whose they are."""
    counting = read_count_request(asked.question) is not None
    whose = len(asked.reports) > 1 and asks_whose(asked.question)
    if request.parts and (counting or whose):
        parts = [_listed(part, asked) for part in request.parts]
        claims = tuple(claim for part in parts for claim in part.claims)
        return StructuralAnswer(claims, notes=tuple({n: None for p in parts for n in p.notes}))
    everything = list_claims(request, asked.reports, (), asked.keywords)
    printed = list_claims(request, asked.reports, asked.core, asked.keywords)
    items, notes = of_the_force(printed, asked.reports, asked.bodies)
    narrowed = items != everything
    if counting:
        # A year that names no report in scope asks for the items of another time.
        dated = any(_YEAR.match(token) for group in asked.core for token in group)
        counted = () if dated else counts(request, items, asked.reports, narrowed=narrowed)
        return StructuralAnswer(counted, notes=notes if counted else ())
    if whose:
        return StructuralAnswer(
            counts_and_items(request, items, asked.reports, narrowed=narrowed), notes=notes
        )
    return StructuralAnswer(with_lead_ins(items, asked.reports), notes=notes)
