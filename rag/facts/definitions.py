"""What an acronym stands for, where a report says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from index.documents import Definition, Report, Span
from index.passages.sentences import sentence_around
from rag.extractive import Claim, verbatim

_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*\b")
_EXPANSION = re.compile(
    r"\b(?:stands? for|short for|abbreviat\w+|acronym|expan(?:d|sion)\w*|"
    r"what (?:does|did) .+ mean)\b",
    re.IGNORECASE,
)

DIFFERENT = 2
"""Expansions shown where reports differ on what an acronym stands for."""


def acronyms_in(question: str) -> tuple[str, ...]:
    """Return the acronyms of a question, upper case and singular, each once."""
    found = (match[0].removesuffix("s").upper() for match in _ACRONYM.finditer(question))
    return tuple(dict.fromkeys(found))


def asks_for_expansion(question: str) -> bool:
    """Whether the question asks what letters stand for, and nothing else will do."""
    return bool(_EXPANSION.search(question)) and bool(acronyms_in(question))


def definition_claims(question: str, reports: Sequence[Report]) -> tuple[Claim, ...]:
    """Return the sentences that spell out the question's acronyms, one for each expansion."""
    claims: dict[str, Claim] = {}
    for acronym in acronyms_in(question):
        for report, definition in _defined(acronym, reports):
            letters = "".join(filter(str.isalnum, definition.expansion.lower()))
            if letters not in claims and len(claims) < DIFFERENT:
                claims[letters] = verbatim(report, sentence_around(report.text, definition.span))
        if not claims:
            claims.update(_in_brackets(acronym, reports))
    return tuple(claims.values())


def _in_brackets(acronym: str, reports: Iterable[Report]) -> Iterator[tuple[str, Claim]]:
    """Yield the first sentence that has the acronym in brackets, or brackets behind it.

    Where the letters are not the words' initials no definition is parsed, yet a
    reader sees what they stand for.
    """
    pattern = re.compile(rf"\(\W?{acronym}s?\b|\b{acronym}s?\W? ?\([a-z]")
    for report in reports:
        if match := pattern.search(report.text):
            place = sentence_around(report.text, Span(*match.span()))
            yield acronym, verbatim(report, place)
            return


def _defined(acronym: str, reports: Iterable[Report]) -> Iterable[tuple[Report, Definition]]:
    for report in reports:
        for definition in report.definitions:
            if definition.acronym.upper() == acronym:
                yield report, definition
