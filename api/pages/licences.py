"""What a report says of its licence, and the acknowledgement that the licence asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api.response_pack import long_day
from index.documents import Metadata, Report, Span

LICENCE = "Open Government Licence"
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
STATEMENT = "Contains public sector information licensed under the Open Government Licence v3.0."
"""Word for word what the licence wants where its provider asks for no other words."""

INSPECTORATES_UNDER_IT = frozenset({"HMICFRS", "HMIC"})
"""Whose own publications are under the licence by the terms of their site."""


@dataclass(frozen=True, slots=True)
class Attribution:
    source: str
    """Publisher, title, address and day."""
    statement: str | None
    """``None``: neither the report nor its publisher is known to say."""
    said: Span | None
    """Where the report names the licence."""


def attribution_of(report: Report) -> Attribution | None:
    """Return whose words the report's are and under which licence; ``None`` for a sample."""
    metadata = report.metadata
    if metadata.invented:
        return None
    found = re.search(rf"{LICENCE}", report.text)
    licensed = found is not None or metadata.publisher in INSPECTORATES_UNDER_IT
    return Attribution(
        source=_source(metadata, crown=licensed),
        statement=STATEMENT if licensed else None,
        said=Span(*found.span()) if found else None,
    )


def _source(metadata: Metadata, *, crown: bool) -> str:
    day = None
    if metadata.published:
        day = f"published {long_day(metadata.published)}"
    elif metadata.updated:
        day = f"last updated {long_day(metadata.updated)}"
    parts = [metadata.publisher, metadata.title, metadata.url, day]
    source = f"Source: {', '.join(part for part in parts if part)}."
    return f"© Crown copyright. {source}" if crown else source
