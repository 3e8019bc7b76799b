"""The JSON of one passage that is asked for by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import UnknownPassage

if TYPE_CHECKING:
    from index.store.snapshot import Snapshot

MOST_DIGITS = 18
"""Every number of so many digits is one that SQLite can hold."""


def passage_of(snapshot: Snapshot, passage_id: str) -> dict[str, Any]:
    """Return a passage with where it stands in its report.

    Raises:
        UnknownPassage: there is none of that id, or it is no id.
    """
    if not (passage_id.isascii() and passage_id.isdecimal() and len(passage_id) <= MOST_DIGITS):
        raise UnknownPassage(f"a passage's id is a whole number, got {passage_id!r}")
    found = snapshot.passage(int(passage_id))
    whole = snapshot.report(found.report_id)
    return {
        "passage_id": passage_id,
        "report_id": found.report_id,
        "section": list(whole.sections[found.section].path),
        "page": whole.page_of(found.span),
        "start": found.span.start,
        "end": found.span.end,
        "text": found.text,
    }
