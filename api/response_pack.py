"""The response pack: everything that reports ask for, quoted, numbered and cited.

A police and crime commissioner publishes comments within 56 days of a report's
publication (Police Act 1996, section 55), so the pack works that day out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from index.documents import Action, ActionKind, Metadata, Report, Span
from rag.facts.lead_ins import lead_in

DAYS_TO_RESPOND = 56

KIND_NAMES = {
    ActionKind.CAUSE_OF_CONCERN: ("Cause of concern", "Causes of concern"),
    ActionKind.RECOMMENDATION: ("Recommendation", "Recommendations"),
    ActionKind.PRIORITY_ACTION: ("Area for priority action", "Areas for priority action"),
    ActionKind.AREA_FOR_IMPROVEMENT: ("Area for improvement", "Areas for improvement"),
    ActionKind.NEEDS_TO_IMPROVE: ("What needs to improve", "What needs to improve"),
}
"""Singular and heading, in the order of the pack: what is most serious comes first."""

COLUMNS = (
    "report_id",
    "report_title",
    "invented",
    "body",
    "cycle",
    "published",
    "day_56",
    "kind",
    "derived_number",
    "section",
    "page",
    "start",
    "end",
    "lead_in",
    "quote",
)


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


def pack_entries(report: Report) -> tuple[PackEntry, ...]:
    """Return the report's actions, the most serious kind first, each kind in its order."""
    order = list(KIND_NAMES)
    actions = sorted(report.actions, key=lambda action: (order.index(action.kind), action.number))
    return tuple(_entry(report, action) for action in actions)


def response_day(published: date | None) -> date | None:
    """Return day 56 after publication; ``None`` where the report does not say when that was.

    >>> response_day(date(2022, 6, 9))
    datetime.date(2022, 8, 4)
    """
    return None if published is None else published + timedelta(days=DAYS_TO_RESPOND)


def pack_json(reports: Iterable[Report]) -> dict[str, Any]:
    """Return the pack as plain JSON values, one object an action."""
    return {"actions": [row for report in reports for row in _rows(report)]}


def pack_csv(reports: Iterable[Report]) -> str:
    """Return the pack as CSV, quoted as RFC 4180 has it, one row an action."""
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for report in reports:
        for row in _rows(report):
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return page.getvalue()


def pack_markdown(reports: Sequence[Report]) -> str:
    """Return the pack as Markdown: a chapter a report, with room for each reply."""
    head = (
        "# Response pack\n\nEvery action is quoted word for word. The numbers are counted by "
        "Peelback, kind by kind, and are not printed in the reports."
    )
    return "\n\n".join([head, *(_chapter(report) for report in reports)]) + "\n"


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
    )


def _rows(report: Report) -> list[dict[str, Any]]:
    metadata = report.metadata
    day_56 = response_day(metadata.published)
    common = {
        "report_id": report.report_id,
        "report_title": metadata.title,
        "invented": metadata.invented,
        "body": metadata.bodies[0] if metadata.bodies else None,
        "cycle": metadata.cycle,
        "published": metadata.published.isoformat() if metadata.published else None,
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


def _chapter(report: Report) -> str:
    blocks = [f"## {_escaped(report.metadata.title)}", _particulars(report.metadata)]
    entries = pack_entries(report)
    if not entries:
        blocks.append("No action was found in this report.")
    for kind, group in groupby(entries, key=lambda entry: entry.kind):
        members = list(group)
        blocks.append(f"### {KIND_NAMES[kind][1]} ({len(members)})")
        blocks.extend(_article(report, entry) for entry in members)
    return "\n\n".join(blocks)


def _particulars(metadata: Metadata) -> str:
    lines = []
    if metadata.invented:
        lines.append("- This is an invented sample report. It describes no real body.")
    if metadata.bodies:
        lines.append(f"- Body: {_escaped(', '.join(metadata.bodies))}")
    if metadata.cycle:
        lines.append(f"- Cycle: {_escaped(metadata.cycle)}")
    day_56 = response_day(metadata.published)
    if metadata.published is None or day_56 is None:
        lines.append("- Published: the report does not say, so day 56 after publication is unknown")
    else:
        lines.append(f"- Published: {_day(metadata.published)}")
        lines.append(f"- Day 56 after publication: {_day(day_56)}")
    return "\n".join(lines)


def _article(report: Report, entry: PackEntry) -> str:
    quoted = entry.quote if entry.lead_in is None else f"{entry.lead_in}\n\n{entry.quote}"
    quote = "\n".join(f"> {_escaped(line)}".rstrip() for line in quoted.splitlines())
    where = [
        _escaped(" › ".join(entry.section)),
        "" if entry.page is None else f"page {entry.page}",
        f"characters {entry.span.start} to {entry.span.end} of {report.report_id}",
    ]
    source = "; ".join(part for part in where if part)
    return (
        f"**{KIND_NAMES[entry.kind][0]} {entry.number}** (derived number)\n\n{quote}\n\n"
        f"Source: {source}\n\nResponse:"
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", text)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
