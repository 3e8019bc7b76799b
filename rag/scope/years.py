"""Reports by the years that a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.documents import ReportKind
from rag.scope.holdings import Holding
from rag.scope.periods import Period, Standing

_CHANGE = re.compile(
    r"\b(?:since|progress|improved|improving|better|worse|chang\w+|fixed|sorted|still|yet|addressed"
    r"|resolved|acted on|gone (?:up|down)|grown|risen|fallen|faster|quicker)\b",
    re.IGNORECASE,
)

EACH_TIME = re.compile(
    r"\bover (?:time|the years)\b"
    r"|\b(?:between|across|over|from|in each of|in both)"
    r"\s+(?:(?:\w+\s+){0,2}\w+['’]s\s+)?(?:(?:of|the|its|their|all|both|last|two|three|PEEL)\s+)*"
    r"(?:reports|inspections|cycles|letters|assessments)\b"
    r"|\bfrom (?:one|the (?:first|last|previous)) (?:report|inspection|cycle)"
    r" to (?:the |this )?(?:next|one|latest|current)\b",
    re.IGNORECASE,
)
"""How a question sets a body's reports against each other without naming their years."""


@dataclass(frozen=True, slots=True)
class YearsRead:
    """The reports left, the periods that chose them, and those that no report is of."""

    held: tuple[Holding, ...]
    chosen_by: tuple[Period, ...]
    missing: tuple[Period, ...]


def of_years(held: Sequence[Holding], periods: Sequence[Period], question: str) -> YearsRead:
    """Return the reports of the years that name a report in ``question``.

    A question about change may name an earlier inspection than any that is held:
    then the year is part of what is asked.
    """
    naming = [p for p in periods if p.standing in (Standing.REPORT, Standing.PERHAPS)]
    found = [(period, of_period(held, period)) for period in naming]
    chosen = tuple(period for period, reports in found if reports)
    missing = tuple(
        period for period, reports in found if not reports and _is_required(period, held, question)
    )
    ids = {holding.report_id for _, reports in found for holding in reports}
    left = tuple(h for h in held if h.report_id in ids) if chosen else tuple(held)
    return YearsRead(left, chosen, missing)


def is_about_change(question: str) -> bool:
    return bool(_CHANGE.search(question))


def of_period(held: Iterable[Holding], period: Period) -> tuple[Holding, ...]:
    """Return the reports of a period: PEEL by its cycle first, any by its days else."""
    of_cycle = [h for h in held if h.kind is ReportKind.PEEL and period.years & h.cycle]
    others = [h for h in held if h.kind is not ReportKind.PEEL and period.years & h.years]
    dated = [h for h in held if h.kind is ReportKind.PEEL and period.years & h.years]
    found = sorted((of_cycle or dated) + others, key=lambda holding: holding.report_id)
    if period.month is not None:
        # A month slightly wrong is no reason to refuse; a right one chooses.
        found = [h for h in found if h.is_of_month(period)] or found
    return tuple(found)


def too_late(held: Sequence[Holding], periods: Sequence[Period]) -> tuple[Period, int] | None:
    """Return the first period asked about that lies after all the reports can know, and that year.

    ``None``: there is no such period, or a report bears no date.
    """
    years = [holding.latest_year for holding in held]
    known = [year for year in years if year is not None]
    if not held or len(known) < len(years):
        return None
    latest = max(known)
    asked = (Standing.CONTENT, Standing.PERHAPS)
    late = (p for p in periods if p.standing in asked and p.first > latest)
    return next(((period, latest) for period in late), None)


def _is_required(period: Period, held: Sequence[Holding], question: str) -> bool:
    if period.standing is Standing.PERHAPS:
        return False
    latest = max((h.latest_year for h in held if h.latest_year is not None), default=None)
    earlier = latest is not None and period.last < latest
    return not (earlier and is_about_change(question))
