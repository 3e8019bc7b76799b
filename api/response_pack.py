"""The response pack: everything that reports ask for, quoted, numbered and cited.

A police and crime commissioner publishes comments within 56 days of a report's
publication (Police Act 1996, section 55), so the pack works that day out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from index.documents import Action, ActionKind, Report, Span
from rag.extractive import link_to
from rag.facts.lead_ins import lead_in

DAYS_TO_RESPOND = 56

GivenDays = Mapping[str, date]
"""By a report's id, when it was published, told by whoever asks for the pack.

The day in the report wins. The day of its last update is never taken for it.
"""

NONE_GIVEN: GivenDays = MappingProxyType({})

KIND_NAMES = {
    ActionKind.CAUSE_OF_CONCERN: ("Cause of concern", "Causes of concern"),
    ActionKind.RECOMMENDATION: ("Recommendation", "Recommendations"),
    ActionKind.PRIORITY_ACTION: ("Area for priority action", "Areas for priority action"),
    ActionKind.AREA_FOR_IMPROVEMENT: ("Area for improvement", "Areas for improvement"),
    ActionKind.NEEDS_TO_IMPROVE: ("What needs to improve", "What needs to improve"),
}
"""Singular and heading, in the order of the pack: what is most serious comes first."""

ABOUT_THE_PACK = (
    "Every action is quoted word for word. The numbers are counted by Peelback, kind by kind, "
    "and are not printed in the reports."
)

COLUMNS = (
    "report_id",
    "report_title",
    "invented",
    "body",
    "cycle",
    "published",
    "published_from",
    "day_56",
    "kind",
    "derived_number",
    "section",
    "page",
    "start",
    "end",
    "lead_in",
    "quote",
    "url",
)


@dataclass(frozen=True, slots=True)
class Publication:
    """When a report was published, ``None`` where nobody knows, and who says so."""

    day: date | None
    given: bool
    """True: whoever asks for the pack says so; the report does not."""

    @property
    def day_56(self) -> date | None:
        return response_day(self.day)

    @property
    def source(self) -> str | None:
        return None if self.day is None else "caller" if self.given else "report"


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One action and where it stands. ``report.text[span.start:span.end] == quote``."""

    kind: ActionKind
    number: int
    section: tuple[str, ...]
    page: int | None
    span: Span
    quote: str
    lead_in: str | None
    """What introduces it ("By 30 September, the force should:"), where it is one of a list."""
    url: str
    """The publisher's page at the quote where its address is known, else the report reader."""


def publication_of(report: Report, given: GivenDays = NONE_GIVEN) -> Publication:
    """Return when the report was published: the day in it, else the one that is given."""
    stated = report.metadata.published
    if stated is not None:
        return Publication(stated, given=False)
    day = given.get(report.report_id)
    return Publication(day, given=day is not None)


def pack_entries(report: Report) -> tuple[PackEntry, ...]:
    """Return the report's actions, the most serious kind first, each kind in its order."""
    order = list(KIND_NAMES)
    actions = sorted(report.actions, key=lambda action: (order.index(action.kind), action.number))
    return tuple(_entry(report, action) for action in actions)


def response_day(published: date | None) -> date | None:
    """Return day 56 after publication; ``None`` where nobody says when that was.

    Of a day at the end of the calendar, which somebody may type, there is none either.

    >>> response_day(date(2022, 6, 9))
    datetime.date(2022, 8, 4)
    """
    days = timedelta(days=DAYS_TO_RESPOND)
    return None if published is None or published > date.max - days else published + days


def pack_json(reports: Iterable[Report], *, published: GivenDays = NONE_GIVEN) -> dict[str, Any]:
    """Return the pack as plain JSON values, one object an action."""
    return {"actions": [row for report in reports for row in _rows(report, published)]}


def pack_csv(reports: Iterable[Report], *, published: GivenDays = NONE_GIVEN) -> str:
    """Return the pack as CSV, quoted as RFC 4180 has it, one row an action."""
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for report in reports:
        for row in _rows(report, published):
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return page.getvalue()


def pack_markdown(reports: Sequence[Report], *, published: GivenDays = NONE_GIVEN) -> str:
    """Return the pack as Markdown: a chapter a report, with room for each reply."""
    head = f"# Response pack\n\n{ABOUT_THE_PACK}"
    return "\n\n".join([head, *(_chapter(report, published) for report in reports)]) + "\n"


def particulars(report: Report, publication: Publication) -> tuple[str, ...]:
    """Return what the head of a report's chapter says, a line each."""
    metadata = report.metadata
    lines = []
    if metadata.invented:
        lines.append("This is an invented sample report. It describes no real body.")
    if metadata.bodies:
        lines.append(f"Body: {', '.join(metadata.bodies)}")
    if metadata.cycle:
        lines.append(f"Cycle: {metadata.cycle}")
    if publication.day is None or publication.day_56 is None:
        lines.append("Published: the report does not say, so day 56 after publication is unknown")
    else:
        told = " (as told to Peelback; the report does not say)" if publication.given else ""
        lines.append(f"Published: {long_day(publication.day)}{told}")
        lines.append(f"Day 56 after publication: {long_day(publication.day_56)}")
    return tuple(lines)


def source_line(report: Report, entry: PackEntry) -> str:
    """Return where an action stands: section, page, and its characters in the report's text."""
    where = [
        " › ".join(entry.section),
        "" if entry.page is None else f"page {entry.page}",
        f"characters {entry.span.start} to {entry.span.end} of {report.report_id}",
    ]
    return "; ".join(part for part in where if part)


def long_day(day: date) -> str:
    """Return the day as people write it.

    >>> long_day(date(2022, 8, 4))
    '4 August 2022'
    """
    return f"{day.day} {day:%B %Y}"


def _entry(report: Report, action: Action) -> PackEntry:
    before = lead_in(report, action.span)
    return PackEntry(
        kind=action.kind,
        number=action.number,
        section=report.sections[action.section].path,
        page=report.page_of(action.span),
        span=action.span,
        quote=action.span.of(report.text),
        lead_in=before.of(report.text) if before else None,
        url=link_to(report, action.span),
    )


def _rows(report: Report, given: GivenDays) -> list[dict[str, Any]]:
    metadata = report.metadata
    publication = publication_of(report, given)
    day, day_56 = publication.day, publication.day_56
    common = {
        "report_id": report.report_id,
        "report_title": metadata.title,
        "invented": metadata.invented,
        "body": metadata.bodies[0] if metadata.bodies else None,
        "cycle": metadata.cycle,
        "published": day.isoformat() if day else None,
        "published_from": publication.source,
        "day_56": day_56.isoformat() if day_56 else None,
    }
    return [
        common
        | {
            "kind": entry.kind.value,
            "derived_number": entry.number,
            "section": list(entry.section),
            "page": entry.page,
            "start": entry.span.start,
            "end": entry.span.end,
            "lead_in": entry.lead_in,
            "quote": entry.quote,
            "url": entry.url,
        }
        for entry in pack_entries(report)
    ]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " › ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    # A spreadsheet runs a cell that starts like a formula; an apostrophe makes it text.
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _chapter(report: Report, given: GivenDays) -> str:
    lines = particulars(report, publication_of(report, given))
    blocks = [
        f"## {_escaped(report.metadata.title)}",
        "\n".join(f"- {_escaped(line)}" for line in lines),
    ]
    entries = pack_entries(report)
    if not entries:
        blocks.append("No action was found in this report.")
    for kind, group in groupby(entries, key=lambda entry: entry.kind):
        members = list(group)
        blocks.append(f"### {KIND_NAMES[kind][1]} ({len(members)})")
        blocks.extend(_article(report, entry) for entry in members)
    return "\n\n".join(blocks)


def _article(report: Report, entry: PackEntry) -> str:
    quoted = entry.quote if entry.lead_in is None else f"{entry.lead_in}\n\n{entry.quote}"
    quote = "\n".join(f"> {_escaped(line)}".rstrip() for line in quoted.splitlines())
    return (
        f"**{KIND_NAMES[entry.kind][0]} {entry.number}** (derived number)\n\n{quote}\n\n"
        f"Source: {_escaped(source_line(report, entry))}\n\nResponse:"
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", text)
