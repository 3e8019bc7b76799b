"""One report as plain text: what it is, its outline, its judgements and actions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from api.layout import wrapped
from api.response_pack import KIND_NAMES, pack_entries
from index.documents import Judgement, JudgementBasis, Metadata, Report

QUOTE_CHARACTERS = 120
"""Of an action, here; ``peelback actions`` has them in full."""


def report_text(report: Report, *, columns: int) -> str:
    """Return the report's parts under headings; a part that it lacks is left out."""
    parts = {
        None: list(_particulars(report)),
        "Outline": list(_outline(report)),
        "Judgements": [_judgement(judgement) for judgement in report.judgements],
        "Actions (numbers are derived)": list(_actions(report)),
    }
    blocks = [
        wrapped("\n".join([heading, *lines] if heading else lines), columns)
        for heading, lines in parts.items()
        if lines
    ]
    return "\n\n".join(blocks)


def _particulars(report: Report) -> Iterator[str]:
    metadata = report.metadata
    yield metadata.title
    if metadata.invented:
        yield "An invented sample report: it describes no real body."
    for name, value in _named(metadata):
        if value:
            yield f"{name}: {value}"
    yield f"Source: {report.source}"


def _named(metadata: Metadata) -> Iterator[tuple[str, object]]:
    yield "Body", ", ".join(metadata.bodies)
    yield "Area", metadata.area
    yield "Publisher", metadata.publisher
    yield "Cycle", metadata.cycle
    yield "Pillar", metadata.pillar
    yield "Theme", metadata.theme
    if metadata.fieldwork is not None:
        yield "Fieldwork", f"{metadata.fieldwork.first} to {metadata.fieldwork.last}"
    yield "Inspectorates", ", ".join(metadata.inspectorates)
    yield "Published", metadata.published
    yield "Updated", metadata.updated
    yield "Address", metadata.url


def _outline(report: Report) -> Iterator[str]:
    shown: tuple[str, ...] = ()
    for section in report.sections:
        same = sum(1 for old, new in zip(shown, section.path, strict=False) if old == new)
        for depth in range(same, len(section.path)):
            yield f"{'  ' * depth}- {section.path[depth]}"
        shown = section.path


def _judgement(judgement: Judgement) -> str:
    number = f"{judgement.number}. " if judgement.number else ""
    line = f"- {number}{judgement.question or 'Overall'}: {judgement.grade}"
    match judgement.basis:
        case JudgementBasis.INSPECTED | JudgementBasis.UNGRADED:
            return line
        case JudgementBasis.CARRIED_OVER:
            return f"{line} (carried over from {judgement.carried_from or 'an earlier inspection'})"


def _actions(report: Report) -> Iterator[str]:
    for entry in pack_entries(report):
        quote = textwrap.shorten(entry.quote, QUOTE_CHARACTERS, placeholder="…")
        yield f"- {KIND_NAMES[entry.kind][0]} {entry.number}: {quote}"
