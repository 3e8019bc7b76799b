"""The last gate: no sentence leaves without a quote that is in the report."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.errors import PeelbackError
from rag.answers import Answer, Citation, Sentence, SentenceKind

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class UnprovenSentence(PeelbackError):
    """An answer held a sentence that its quotes do not prove; it was not given."""


def verify(answer: Answer, text_of: Callable[[str], str]) -> Answer:
    """Return the answer unchanged, if every sentence of it is proven.

    ``text_of`` gives a report's canonical text by its id. A quote is the very
    slice of the text that its span names; a verbatim sentence is one of its
    quotes, letter for letter; a fact has no number that its quotes or the
    names of their reports lack.

    Raises:
        UnprovenSentence: one of these does not hold, with the sentence and why.
    """
    by_number = {citation.number: citation for citation in answer.citations}
    for citation in answer.citations:
        if citation.span.of(text_of(citation.report_id)) != citation.quote:
            raise UnprovenSentence(
                f"citation {citation.number} does not stand at "
                f"[{citation.span.start}, {citation.span.end}) of {citation.report_id}"
            )
    for sentence in answer.sentences:
        _prove(sentence, [by_number[n] for n in sentence.citations if n in by_number])
    return answer


def _prove(sentence: Sentence, citations: list[Citation]) -> None:
    if not citations or len(citations) != len(sentence.citations):
        raise UnprovenSentence(f"a sentence has no citation: {sentence.text!r}")
    if sentence.kind is SentenceKind.VERBATIM:
        if sentence.text not in [citation.quote for citation in citations]:
            raise UnprovenSentence(f"a verbatim sentence is not its quote: {sentence.text!r}")
        return
    said = {number for citation in citations for number in _numbers_of(citation)}
    if unsaid := [n for n in _NUMBER.findall(sentence.text) if n not in said]:
        raise UnprovenSentence(f"{', '.join(unsaid)} is in no quote of: {sentence.text!r}")


def _numbers_of(citation: Citation) -> list[str]:
    published = citation.published
    where = [citation.quote, citation.report_title, citation.cycle or "", *citation.section]
    day = [str(published.day), str(published.year)] if published else []
    return [*_NUMBER.findall(" ".join(where)), *day]
