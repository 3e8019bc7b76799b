"""The shapes of responses, as the OpenAPI document has them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from index.documents import ActionKind, JudgementBasis, ReportKind
from rag.answers import AnswerStatus, CitationNote, Mode, SentenceKind


class KeptBody(BaseModel):
    status: Literal["kept"]


class ScopeBody(BaseModel):
    bodies: list[str]
    cycles: list[str]
    kinds: list[str]
    reports: list[str]
    stated: list[str]


class SentenceBody(BaseModel):
    text: str
    citations: list[int]
    kind: SentenceKind


class CitationBody(BaseModel):
    number: int
    passage_id: str
    report_id: str
    report_title: str
    publisher: str | None
    body: str | None
    cycle: str | None
    published: str | None
    section: list[str]
    page: int | None
    start: int
    end: int
    quote: str
    note: CitationNote | None
    url: str | None


class RankedPassageBody(BaseModel):
    passage_id: str
    report_id: str
    section: list[str]
    page: int | None
    start: int
    end: int
    text: str
    score: float


class CoverageBody(BaseModel):
    in_scope: int
    searched: int
    cited: int


class LibraryBody(BaseModel):
    reports: int
    revision: int
    digest: str


class TimingsBody(BaseModel):
    embed: float
    retrieve: float
    read: float
    total: float


class AnswerBody(BaseModel):
    """An answer: every sentence cited, every quote in its report, character for character."""

    id: str
    question: str
    status: AnswerStatus
    reason: str | None
    text: str
    sentences: list[SentenceBody]
    citations: list[CitationBody]
    passages: list[RankedPassageBody]
    scope: ScopeBody
    coverage: CoverageBody
    warnings: list[str]
    confidence: float
    mode: Mode
    degraded: str | None
    library: LibraryBody
    timings_ms: TimingsBody


class SideBody(BaseModel):
    """A body, cycle or report that was compared: what it is cited by, or why it is not."""

    name: str
    citations: list[int]
    gap: str | None


class ComparisonBody(AnswerBody):
    """An answer whose sentences are grouped by side; no side where there is no comparison."""

    sides: list[SideBody]


class PassagesEvent(BaseModel):
    """The first event of a stream, unless there is nothing to read."""

    passages: list[RankedPassageBody]
    scope: ScopeBody


class SentenceEvent(BaseModel):
    """One proven sentence; its citations that no sentence before it had."""

    sentence: SentenceBody
    citations: list[CitationBody]


class SearchBody(BaseModel):
    query: str
    status: AnswerStatus
    reason: str | None
    passages: list[RankedPassageBody]
    scope: ScopeBody
    library: LibraryBody


class MetadataBody(BaseModel):
    report_id: str
    source: str
    sha256: str
    title: str
    kind: ReportKind
    publisher: str | None
    bodies: list[str]
    area: str | None
    cycle: str | None
    pillar: str | None
    theme: str | None
    fieldwork: list[str] | None
    inspectorates: list[str]
    published: str | None
    updated: str | None
    url: str | None
    invented: bool


class ReportCardBody(MetadataBody):
    """One line of the library's contents; the last four are counts."""

    sections: int
    passages: int
    judgements: int
    actions: int


class ReportsBody(BaseModel):
    reports: list[ReportCardBody]


class SpanBody(BaseModel):
    """Code points ``[start, end)`` of the report's text."""

    start: int
    end: int


class SectionBody(SpanBody):
    path: list[str]
    number: str | None


class JudgementBody(SpanBody):
    question: str | None
    number: str | None
    grade: str
    basis: JudgementBasis
    carried_from: str | None


class ActionBody(SpanBody):
    kind: ActionKind
    number: int
    section: list[str]
    page: int | None
    quote: str


class PackedActionBody(SpanBody):
    """One action of the response pack. ``derived_number`` is counted, not printed."""

    report_id: str
    report_title: str
    invented: bool
    body: str | None
    cycle: str | None
    published: str | None
    published_from: Literal["report", "caller"] | None
    day_56: str | None
    kind: ActionKind
    derived_number: int
    section: list[str]
    page: int | None
    lead_in: str | None
    quote: str
    url: str


class ActionsBody(BaseModel):
    actions: list[PackedActionBody]


class DefinitionBody(SpanBody):
    acronym: str
    expansion: str


class ReportBody(MetadataBody):
    """A whole report: its text, outline, judgements, actions and definitions."""

    evidence: dict[str, SpanBody]
    sections: list[SectionBody]
    judgements: list[JudgementBody]
    actions: list[ActionBody]
    definitions: list[DefinitionBody]
    page_starts: list[int]
    text: str


class PassageBody(SpanBody):
    passage_id: str
    report_id: str
    section: list[str]
    page: int | None
    text: str


class HealthBody(BaseModel):
    status: Literal["alive", "ready"]


class ProblemBody(BaseModel):
    """RFC 9457. ``type`` is stable; ``errors`` is there for an invalid request only."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """What the server's log calls the request; also in the header ``X-Request-Id``."""
    errors: list[dict[str, str]] = []


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the problems that a route can answer with."""
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {
        status: {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }
