"""The last gate: no sentence leaves without a quote that is in the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.errors import PeelbackError
from rag.answers import Answer, Citation, Sentence, SentenceKind
from rag.facts.lists import COUNTED_NAMES
from rag.paraphrases import Source, why_unsupported

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COUNTED = re.compile(
    rf": (?P<count>\d+) (?:{'|'.join(sorted(name for names in COUNTED_NAMES for name in names))})\b"
)
"""How a fact counts the items of a list: after a colon, before the list's name."""


class UnprovenSentence(PeelbackError):
    """An answer held a sentence that its quotes do not prove; it was not given."""


def verify(answer: Answer, text_of: Callable[[str], str]) -> Answer:
    """Return the answer unchanged, if every sentence of it is proven.

    ``text_of`` gives a report's canonical text by its id. A quote is the very
    slice of the text that its span names; a verbatim sentence is one of its
    quotes, letter for letter; a paraphrase says nothing that its quotes do not
    (``rag.paraphrases``); a fact has no number that its quotes or the
    names of their reports lack, but for a count of listed items ("… : 7 areas
    for improvement"), which is the number of its quotes.

    Raises:
        UnprovenSentence: one of these does not hold, with the sentence and why.
    """
    for citation in answer.citations:
        _find(citation, text_of)
    by_number = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        _prove(sentence, [by_number[n] for n in sentence.citations if n in by_number])
    return answer


def prove(sentence: Sentence, citations: Sequence[Citation], text_of: Callable[[str], str]) -> None:
    """Do nothing if the sentence is proven by its citations, as ``verify`` has it.

    Raises:
        UnprovenSentence: it is not.
    """
    for citation in citations:
        _find(citation, text_of)
    _prove(sentence, citations)


def _find(citation: Citation, text_of: Callable[[str], str]) -> None:
    if citation.span.of(text_of(citation.report_id)) != citation.quote:
        raise UnprovenSentence(
            f"citation {citation.number} does not stand at "
            f"[{citation.span.start}, {citation.span.end}) of {citation.report_id}"
        )


def _prove(sentence: Sentence, citations: Sequence[Citation]) -> None:
    if not citations or len(citations) != len(sentence.citations):
        raise UnprovenSentence(f"a sentence has no citation: {sentence.text!r}")
    match sentence.kind:
        case SentenceKind.VERBATIM:
            if sentence.text not in [citation.quote for citation in citations]:
                raise UnprovenSentence(f"a verbatim sentence is not its quote: {sentence.text!r}")
        case SentenceKind.PARAPHRASE:
            sources = [Source(c.quote, (c.body,) if c.body else ()) for c in citations]
            if (why := why_unsupported(sentence.text, sources)) is not None:
                raise UnprovenSentence(f"{why}: {sentence.text!r}")
        case SentenceKind.FACT:
            _prove_fact(sentence, citations)


def _prove_fact(sentence: Sentence, citations: Sequence[Citation]) -> None:
    said = {number for citation in citations for number in _numbers_of(citation)}
    if unsaid := [n for n in _NUMBER.findall(_uncounted(sentence, citations)) if n not in said]:
        raise UnprovenSentence(f"{', '.join(unsaid)} is in no quote of: {sentence.text!r}")


def _uncounted(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """Return the fact without its count of listed items, if it cites exactly so many.

    Each item counts once: quotes that share words are not two.

    Raises:
        UnprovenSentence: it counts more or fewer items than it cites.
    """
    counted = _COUNTED.search(sentence.text)
    if counted is None:
        return sentence.text
    cited = sum(1 for at, c in enumerate(citations) if not _overlaps_any(c, citations[:at]))
    if cited != len(citations) or counted["count"] != str(cited):
        raise UnprovenSentence(f"{cited} items are cited for the count in: {sentence.text!r}")
    return sentence.text[: counted.start("count")] + sentence.text[counted.end("count") :]


def _overlaps_any(citation: Citation, others: Sequence[Citation]) -> bool:
    return any(
        other.report_id == citation.report_id and other.span.overlaps(citation.span)
        for other in others
    )


def _numbers_of(citation: Citation) -> list[str]:
    published = citation.published
    where = [citation.quote, citation.report_title, citation.cycle or "", *citation.section]
    day = [str(published.day), str(published.year)] if published else []
    return [*_NUMBER.findall(" ".join(where)), *day]
