"""The nouns of a library: a report and the parts it is made of.

Everything is a frozen value. Positions are spans of code points in the
report's canonical text, so a quote, a passage, a heading and a judgement can
all be checked the same way: ``report.text[span.start:span.end]``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points ``[start, end)`` of a report's canonical text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def shifted(self, offset: int) -> Span:
        return Span(self.start + offset, self.end + offset)

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


class ReportKind(StrEnum):
    """Which family of inspection a report belongs to."""

    PEEL = "peel"
    JTAI = "jtai"
    CHILDRENS_SERVICES = "childrens_services"
    FIRE = "fire"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DateRange:
    """First and last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says about itself. ``None`` or empty: the report does not say.

    ``bodies`` has the inspected body first, then the other services the report
    is addressed to (the police force of a council area, for one). ``evidence``
    gives, by field name, the span that says it; a field read from elsewhere
    (a file's name, a page's address) has none.
    """

    title: str
    kind: ReportKind = ReportKind.OTHER
    publisher: str | None = None
    bodies: tuple[str, ...] = ()
    area: str | None = None
    cycle: str | None = None
    pillar: str | None = None
    theme: str | None = None
    fieldwork: DateRange | None = None
    inspectorates: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    url: str | None = None
    invented: bool = False
    """True for the sample reports that ship with the project."""
    evidence: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text up to the next heading.

    Sections come in reading order and do not overlap: together they hold every
    non-blank character of the report exactly once. ``path`` runs from the
    outermost heading to the section's own; it is empty for text before the
    first heading. ``number`` is the printed number of the question that the
    section belongs to ("2"), inherited by the sections below it.
    """

    path: tuple[str, ...]
    span: Span
    body: Span
    """``span`` without the heading."""
    number: str | None = None


class JudgementBasis(StrEnum):
    """Why a grade stands."""

    INSPECTED = "inspected"
    CARRIED_OVER = "carried_over"
    UNGRADED = "ungraded"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade and what it rests on.

    ``question`` is ``None`` for the report's overall grade. ``carried_from`` is
    the year of the inspection a carried-over grade comes from, and
    ``basis_span`` the sentence that says so.
    """

    question: str | None
    number: str | None
    grade: str
    basis: JudgementBasis
    span: Span
    carried_from: str | None = None
    basis_span: Span | None = None


class ActionKind(StrEnum):
    """What a report asks for, in the report's own terms."""

    AREA_FOR_IMPROVEMENT = "area_for_improvement"
    CAUSE_OF_CONCERN = "cause_of_concern"
    RECOMMENDATION = "recommendation"
    PRIORITY_ACTION = "priority_action"
    NEEDS_TO_IMPROVE = "needs_to_improve"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the report asks for.

    ``number`` counts from 1 within the kind: reports seldom print one, so it is
    derived and shown as derived. ``section`` is an index into the sections.
    """

    kind: ActionKind
    number: int
    section: int
    span: Span


@dataclass(frozen=True, slots=True)
class Definition:
    """An acronym and the words the report gives for it, with the span that says so."""

    acronym: str
    expansion: str
    span: Span


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is searched and quoted.

    ``text`` is canonical: paragraphs and headings are separated by a blank
    line, a bullet is a line of its own that starts with ``"• "``, lines broken
    by the page layout are joined. ``page_starts[i]`` is where page ``i + 1``
    begins; it is empty where the source has no pages. ``sha256`` is of the
    source file's bytes.
    """

    report_id: str
    source: str
    sha256: str
    text: str
    metadata: Metadata
    sections: tuple[Section, ...]
    judgements: tuple[Judgement, ...] = ()
    actions: tuple[Action, ...] = ()
    definitions: tuple[Definition, ...] = ()
    page_starts: tuple[int, ...] = ()

    def page_of(self, span: Span) -> int | None:
        """Return the page, counted from 1, on which the span begins."""
        return bisect_right(self.page_starts, span.start) or None if self.page_starts else None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and cited: a verbatim slice of one section of one report.

    ``report.text[span.start:span.end] == text``. ``section`` is an index into
    the report's sections; ``sentences`` are spans of the report's text that lie
    inside ``span``, in order.
    """

    report_id: str
    section: int
    span: Span
    text: str
    sentences: tuple[Span, ...]
