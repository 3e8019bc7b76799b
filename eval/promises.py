"""What must hold for every answer, whatever was asked: checked, never averaged away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.errors import UnknownReport
from rag.answers import Answer, Citation
from rag.wire import answer_json


class ProblemKind(StrEnum):
    """Which promise an answer broke."""

    INVALID_CITATION = "invalid_citation"
    """The quote is not the slice of the report that the citation names."""
    UNCITED_SENTENCE = "uncited_sentence"
    """A sentence without a citation, or with the number of one that is not there."""
    NOT_A_NUMBER = "not_a_number"
    """A score, time or confidence that is infinite or no number."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A promise that an answer broke, and where."""

    kind: ProblemKind
    detail: str


def broken_promises(answer: Answer, text_of: Callable[[str], str]) -> tuple[Problem, ...]:
    """Return every promise that the answer breaks: one problem a citation, sentence or number.

    ``text_of`` gives the canonical text of a report by its id, or raises ``UnknownReport``.
    """
    invalid = (_invalid(citation, text_of) for citation in answer.citations)
    return (
        *(Problem(ProblemKind.INVALID_CITATION, fault) for fault in invalid if fault),
        *(Problem(ProblemKind.UNCITED_SENTENCE, text) for text in _uncited(answer)),
        *(Problem(ProblemKind.NOT_A_NUMBER, path) for path in _not_numbers(answer_json(answer))),
    )


def _invalid(citation: Citation, text_of: Callable[[str], str]) -> str | None:
    where = f"[{citation.number}] {citation.report_id}[{citation.span.start}:{citation.span.end}]"
    try:
        said = citation.span.of(text_of(citation.report_id))
    except UnknownReport:
        return f"{where}: no such report is in the library"
    return None if said == citation.quote else f"{where} is {said!r}, not {citation.quote!r}"


def _uncited(answer: Answer) -> Iterator[str]:
    numbers = {citation.number for citation in answer.citations}
    for sentence in answer.sentences:
        if not sentence.citations or not numbers.issuperset(sentence.citations):
            yield sentence.text


def _not_numbers(value: object, path: str = "answer") -> Iterator[str]:
    match value:
        case float() if not math.isfinite(value):
            yield f"{path} is {value}"
        case dict():
            for name, part in value.items():
                yield from _not_numbers(part, f"{path}.{name}")
        case list() | tuple():
            for position, part in enumerate(value):
                yield from _not_numbers(part, f"{path}.{position}")
        case _:
            return
