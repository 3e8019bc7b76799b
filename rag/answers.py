"""An answer and its parts: one shape for every door.

The JSON of an answer is these fields under these names (``api`` and ``eval``
write it with ``rag.wire``); design of the shape: docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from index.documents import Span


class AnswerStatus(StrEnum):
    """How a question ended. Anything but ``answered`` comes with a reason."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    """Some of what was asked is answered; the reason says what is missing."""
    NOT_IN_REPORTS = "not_in_reports"
    """Reports in scope were read and do not say."""
    NO_MATCHING_REPORTS = "no_matching_reports"
    """No report of the body, year or kind that was asked about is in the library."""
    NEEDS_CLARIFICATION = "needs_clarification"
    """The question can be read in two ways; the reason asks which."""
    OUT_OF_SCOPE = "out_of_scope"
    """Not a question about inspection reports."""


class SentenceKind(StrEnum):
    """Where a sentence's words come from."""

    VERBATIM = "verbatim"
    PARAPHRASE = "paraphrase"
    FACT = "fact"


class CitationNote(StrEnum):
    """What a reader must know about a quote before using it."""

    CARRIED_OVER = "carried_over"
    PREVIOUS_INSPECTION = "previous_inspection"
    SUPERSEDED_REPORT = "superseded_report"


class Mode(StrEnum):
    EXTRACTIVE = "extractive"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reports a question is about. An empty field restricts nothing.

    ``stated`` names the fields that the caller gave; the others were read from
    the question. ``kinds`` are values of ``ReportKind``.
    """

    bodies: tuple[str, ...] = ()
    cycles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. ``history`` has the earlier questions, oldest first; ``scope`` is stated."""

    text: str
    history: tuple[str, ...] = ()
    scope: Scope = Scope()
    mode: Mode = Mode.EXTRACTIVE


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands. ``report.text[span.start:span.end] == quote``, always."""

    number: int
    passage_id: str
    report_id: str
    report_title: str
    publisher: str | None
    body: str | None
    cycle: str | None
    published: date | None
    section: tuple[str, ...]
    page: int | None
    span: Span
    quote: str
    note: CitationNote | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the answer and the numbers of the citations that prove it."""

    text: str
    citations: tuple[int, ...]
    kind: SentenceKind


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that was read, with its score; higher is better, comparable within one answer."""

    passage_id: str
    report_id: str
    section: tuple[str, ...]
    page: int | None
    span: Span
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Reports in scope, reports searched, reports cited."""

    in_scope: int
    searched: int
    cited: int


@dataclass(frozen=True, slots=True)
class LibraryStamp:
    """Which library answered: number of reports, revision, digest of its contents."""

    reports: int
    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds by stage."""

    embed: float
    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What every door shows. ``id`` is stable for a question, scope and library."""

    id: str
    question: str
    status: AnswerStatus
    reason: str | None
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[RankedPassage, ...]
    scope: Scope
    coverage: Coverage
    warnings: tuple[str, ...]
    confidence: float
    mode: Mode
    degraded: str | None
    library: LibraryStamp
    timings_ms: Timings
