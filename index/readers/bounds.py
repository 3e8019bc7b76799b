"""How long a report may be, so that a file costs no more than a report's time and memory."""

from __future__ import annotations

from index.errors import UnreadableReport

MAX_CHARACTERS = 5_000_000
"""Of text in one report: some two thousand pages. The longest inspection reports have a few hundred
thousand characters; what has more is a collection or a dump, and would take minutes to encode."""

MAX_PAGES = 3_000
"""Of one report, since pages without text take their time as well."""


def too_long(name: str, held: str, most: str) -> UnreadableReport:
    """Return the error for a file that holds more than is taken as one report."""
    return UnreadableReport(
        name,
        f"{held}; the most taken as one report is {most}: split it into its reports or parts",
    )
