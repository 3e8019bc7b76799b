"""An answer as the message of a chat: its text with markers, a list of sources, annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from api.answer_text import NOTES
from api.http.chat_models import Annotation, UrlCitation
from rag.answers import Answer, AnswerStatus, Citation

_MARKUP = re.compile(
    r"""
      (?P<image>!)(?=\[)           # an image, which a viewer fetches unasked
    | (?P<link>\])(?=[(:])         # a link, or the definition of one
    | (?P<tag><)(?=[A-Za-z/!?])    # HTML, or an address made a link
    | (?P<slash>\\)(?=[\\!\]<])   # a report's own, which would undo ours before one of these
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ChatText:
    """``pieces`` are the content in the order to stream it, a sentence at a time."""

    pieces: tuple[str, ...]
    annotations: tuple[Annotation, ...]

    @property
    def content(self) -> str:
        return "".join(self.pieces)


def chat_text(answer: Answer, *, base_url: str) -> ChatText:
    """Return the answer as Markdown that has nothing in it but text.

    The content begins with the answer's text, or with the reason that there is
    none. Programs that show it read Markdown, so what would be an image, a link
    or a tag in a report's words has a backslash before it there.
    """
    text = _as_text(answer.text)
    links = {
        citation.number: urljoin(base_url, citation.url or "/") for citation in answer.citations
    }
    marks = tuple(_marks(answer, text))
    return ChatText(
        pieces=(*_split(text, [end for _, end, _ in marks]), *_after(answer, links)),
        annotations=tuple(
            Annotation(
                url_citation=UrlCitation(
                    start_index=start, end_index=end, url=links[c.number], title=_title(c)
                )
            )
            for start, end, c in marks
        ),
    )


def _marks(answer: Answer, text: str) -> Iterator[tuple[int, int, Citation]]:
    """Yield where each marker stands, and what it stands for, in the order of the text."""
    cited = {citation.number: citation for citation in answer.citations}
    at = 0
    for sentence in answer.sentences:
        # From the sentence on: a report's own "[1]" is within it and no marker of ours.
        said = _as_text(sentence.text)
        at = text.index(said, at) + len(said)
        for number in sentence.citations:
            start = text.index(f"[{number}]", at)
            at = start + len(f"[{number}]")
            yield start, at, cited[number]


def _split(text: str, ends: list[int]) -> Iterator[str]:
    """Yield the text in pieces, each up to the end of a marker; the rest belongs to the last."""
    cuts = [0, *sorted(set(ends))[:-1], len(text)]
    yield from (text[start:end] for start, end in pairwise(cuts) if start < end)


def _after(answer: Answer, links: dict[int, str]) -> Iterator[str]:
    """Yield what follows the text: what is missing, the sources, what to know of them."""
    blocks = []
    if answer.reason is not None:
        partly = answer.status is AnswerStatus.PARTIAL
        blocks.append(_as_text(f"Only in part: {answer.reason}" if partly else answer.reason))
    if answer.citations:
        blocks.append("Sources")
        blocks += [_source(citation, links[citation.number]) for citation in answer.citations]
    blocks += [_as_text(f"Note: {warning}") for warning in answer.warnings]
    if answer.degraded is not None:
        blocks.append(_as_text(f"Without the language model: {answer.degraded}"))
    apart = "\n\n" if answer.text else ""
    for block in blocks:
        yield apart + block
        apart = "\n\n"


def _source(citation: Citation, link: str) -> str:
    page = "" if citation.page is None else f", page {citation.page}"
    note = "" if citation.note is None else f" (note: {NOTES[citation.note]})"
    told = _as_text(f"{_title(citation)}{page}: “{citation.quote}”{note}")
    return f"[{citation.number}] {told} {link}"


def _title(citation: Citation) -> str:
    return " › ".join([citation.report_title, *citation.section])


def _as_text(text: str) -> str:
    r"""Return the text with its markup made plain; what has none comes back as it is.

    >>> print(_as_text("See ![x](https://a.example) and [2021] <b>"))
    See \![x\](https://a.example) and [2021] \<b>
    """
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)
