"""What introduces the items of a list: "By 30 September, the force should:"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.documents import Report, Span
from rag.answers import SentenceKind
from rag.extractive import Claim, section_at, verbatim


def lead_in(report: Report, item: Span) -> Span | None:
    """Return the paragraph above the list that ``item`` is of, ``None`` if no colon ends it."""
    section = section_at(report, item)
    if section is None:
        return None
    at, last = section.body.start, None
    for line in report.text[at : item.start].splitlines(keepends=True):
        said = line.strip()
        if said and not said.startswith("•"):
            start = at + line.index(said)
            last = Span(start, start + len(said))
        at += len(line)
    return last if last is not None and last.of(report.text).endswith(":") else None


def with_lead_ins(items: Iterable[Claim], reports: Sequence[Report]) -> tuple[Claim, ...]:
    """Return the items, each list of them after what introduces it.

    The words "By 30 September" and "should" stand there alone: an item without
    them says neither.
    """
    return tuple(_introduced(items, {report.report_id: report for report in reports}))


def _introduced(items: Iterable[Claim], reports: dict[str, Report]) -> Iterator[Claim]:
    said: set[tuple[str, Span]] = set()
    for item in items:
        quote = item.quotes[0]
        before = lead_in(reports[quote.report_id], quote.span)
        if before is not None and (quote.report_id, before) not in said:
            said.add((quote.report_id, before))
            yield verbatim(reports[quote.report_id], before)
        yield item


def introduces(claim: Claim) -> bool:
    """Whether the claim introduces items and is none itself."""
    return claim.kind is SentenceKind.VERBATIM and claim.text.endswith(":")
