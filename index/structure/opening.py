"""The opening of a report, where it says what it is, and findings in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from index.documents import ReportKind, Span
from index.passages.sentences import sentence_spans
from index.structure.canonical import CanonicalText, PlacedBlock

OPENING_CHARS = 8000  # three printed pages; the longest list of addressees and context has two

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the span that says it; no span where the text does not."""

    value: T
    span: Span | None = None


@dataclass(frozen=True)
class Opening:
    """The first blocks of a report, the kind of report it is, and its title's block, if any."""

    canonical: CanonicalText
    kind: ReportKind = ReportKind.OTHER

    @cached_property
    def blocks(self) -> tuple[PlacedBlock, ...]:
        return tuple(item for item in self.canonical.blocks if item.span.start < OPENING_CHARS)

    @cached_property
    def text(self) -> str:
        end = self.blocks[-1].span.end if self.blocks else 0
        return self.canonical.text[: min(end, 2 * OPENING_CHARS)]  # a file may be one line

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return sentence_spans(self.text)

    def search(self, words: re.Pattern[str], *, within: Span | None = None) -> re.Match[str] | None:
        return words.search(
            self.text, within.start if within else 0, within.end if within else len(self.text)
        )

    def sentences_with(self, words: re.Pattern[str]) -> Iterator[Span]:
        return (span for span in self.sentences if words.search(span.of(self.text)))
