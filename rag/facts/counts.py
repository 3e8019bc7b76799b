"""How many items of a list a report prints, and which reports print any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.documents import Report
from rag.answers import SentenceKind
from rag.extractive import Claim, report_name
from rag.facts.lead_ins import introduces
from rag.facts.lists import LISTED, ListRequest, read_list_request

_COUNT = re.compile(
    r"\b(?:how many|(?:the |what )number of|count (?:all |of )?)\s*"
    r"(?:(?:of|the|its|their|different|separate|distinct|new|such|key|main|national|police|force)\s+)*"
    rf"{LISTED}",
    re.IGNORECASE,
)
_NOT_OF_A_LIST = re.compile(
    r"\b(?:addressed|met|complet\w+|implement\w+|clos(?:e|ed)|outstanding|remain\w*|still|since"
    r"|previous\w*|earlier|last|fixed|resolved|progress\w*|sorted|cleared|discharged|accept\w*"
    r"|act(?:ed)? on|left|so far|yet|more|fewer|than)\b",
    re.IGNORECASE,
)
"""Words that ask what became of the items: a count of those printed is no answer."""

_WHOSE = re.compile(
    r"\b(?:which|what|how many|(?:any|all|every|each|name|list)(?: of)?(?: the)?)"
    r"\s+(?:\w+\s+){0,2}?"
    r"(?:areas?|forces?|constabular(?:y|ies)|councils?|boroughs?|authorit(?:y|ies)|partnerships?"
    r"|places?|cit(?:y|ies)|count(?:y|ies)|bod(?:y|ies)|services?|reports?|letters?|inspections?)"
    r"(?!\s+(?:for|of)\b)\b[^?]*",
    re.IGNORECASE,
)

MOST_ITEMS = 100
"""Items in an answer that names no body: more are no answer that anybody reads."""


def read_count_request(question: str) -> ListRequest | None:
    """Return the list whose items the question counts, ``None`` if it counts none.

    >>> read_count_request("How many areas for improvement has it?").name
    'areas for improvement'
    >>> read_count_request("How many areas for improvement have been addressed?") is None
    True
    """
    counted = _COUNT.search(question)
    if counted is None or _NOT_OF_A_LIST.search(question):
        return None
    return read_list_request(question[counted.start() :])


def asks_whose(question: str) -> bool:
    """Whether the question asks which bodies or reports have such items."""
    found = _WHOSE.search(question)
    return bool(found and re.search(LISTED, found[0], re.IGNORECASE))


def counts(
    request: ListRequest, items: Sequence[Claim], reports: Sequence[Report], *, narrowed: bool
) -> tuple[Claim, ...]:
    """Return how many items each report prints, then of several reports how many in all.

    Each count is a fact that quotes every item it counts.
    """
    claims = [
        _count(report_name(report), own, request, narrowed=narrowed)
        for report, own in _by_report(items, reports)
    ]
    if len(claims) > 1:
        claims.append(_count("In all these reports", items, request, narrowed=narrowed))
    return tuple(claims)


def counts_and_items(
    request: ListRequest, items: Sequence[Claim], reports: Sequence[Report], *, narrowed: bool
) -> tuple[Claim, ...]:
    """Return the items with the count of each report before its own."""
    return tuple(
        claim
        for report, own in _by_report(items, reports)
        for claim in (_count(report_name(report), own, request, narrowed=narrowed), *own)
    )


def why_too_many(request: ListRequest, claims: Sequence[Claim]) -> str | None:
    """Return what to ask back where a list over several reports is too long, else ``None``."""
    items = {quote for claim in claims if not introduces(claim) for quote in claim.quotes}
    reports = len({item.report_id for item in items})
    if len(items) <= MOST_ITEMS or reports < 2:
        return None
    return (
        f"{reports} reports hold {len(items)} {request.name}, too many for one answer."
        f" Name a force or area, the year of the reports or what the {request.name} are about."
    )


def _by_report(
    items: Sequence[Claim], reports: Sequence[Report]
) -> Iterator[tuple[Report, tuple[Claim, ...]]]:
    known = {report.report_id: report for report in reports}
    for report_id, own in groupby(items, key=lambda claim: claim.quotes[0].report_id):
        yield known[report_id], tuple(own)


def _count(where: str, items: Sequence[Claim], request: ListRequest, *, narrowed: bool) -> Claim:
    name = request.one if len(items) == 1 else request.name
    about = " on what was asked" if narrowed else ""
    quotes = tuple(quote for item in items for quote in item.quotes)
    return Claim(f"{where}: {len(items)} {name}{about}.", SentenceKind.FACT, quotes)
