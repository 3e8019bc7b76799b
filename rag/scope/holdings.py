"""What a library holds, as a question's scope sees it: whose reports, of which kind and time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from index.bodies import Body, BodyKind, BodyRegistry
from index.documents import Metadata, ReportKind
from index.store.library import ReportCard
from rag.scope.periods import Period, cycle_years

KIND_NAMES = {
    ReportKind.PEEL: ("PEEL report", "PEEL reports"),
    ReportKind.JTAI: ("JTAI letter", "JTAI letters"),
    ReportKind.CHILDRENS_SERVICES: (
        "inspection report of children's services",
        "inspection reports of children's services",
    ),
    ReportKind.FIRE: ("fire and rescue report", "fire and rescue reports"),
    ReportKind.OTHER: ("other report", "other reports"),
}

PEEL_CYCLES = {2018: 2019, 2021: 2022, 2023: 2025, 2025: 2027}
"""Last year of the PEEL cycles that have more than one, by their first; both name the cycle."""

NEW_GRADES_FROM = (2021, 2023, 2025)
"""First years of the PEEL cycles whose grades HMICFRS does not compare with earlier ones."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One report. ``led_by`` are the bodies it is about, ``also`` those inspected beside them."""

    report_id: str
    kind: ReportKind
    led_by: frozenset[Body]
    also: frozenset[Body]
    names: frozenset[str]
    """The body and area as the report itself writes them, in lower case."""
    metadata: Metadata

    @property
    def cycle(self) -> frozenset[int]:
        """Return the years that the report's cycle goes by."""
        years = cycle_years(self.metadata.cycle or "")
        if self.kind is not ReportKind.PEEL or len(years) != 1:
            return years
        (first,) = years
        return frozenset(range(first, PEEL_CYCLES.get(first, first) + 1))

    @property
    def dates(self) -> tuple[date, ...]:
        """Return the days that the report goes by: fieldwork and publication."""
        fieldwork = self.metadata.fieldwork
        days = (fieldwork.first, fieldwork.last) if fieldwork else ()
        # The day of an update is not the report's, unless it is all that is known.
        printed = self.metadata.published or self.metadata.updated
        return (*days, printed) if printed else days

    @property
    def years(self) -> frozenset[int]:
        return self.cycle | {day.year for day in self.dates}

    @property
    def latest_year(self) -> int | None:
        """Return the last year that the report can know of; ``None`` if it bears no date."""
        days = [*self.dates, *([self.metadata.updated] if self.metadata.updated else [])]
        return max((day.year for day in days), default=max(self.cycle, default=None))

    def is_of_month(self, period: Period) -> bool:
        return any((day.year, day.month) == (period.first, period.month) for day in self.dates)

    @property
    def era(self) -> int:
        """Return which scale of grades a PEEL report uses, counted from 0."""
        first = min(self.years, default=0)
        return sum(first >= start for start in NEW_GRADES_FROM)


@dataclass(frozen=True)
class Holdings:
    """The reports that a question may be about, by report id."""

    all: tuple[Holding, ...]

    @classmethod
    def of(cls, cards: Mapping[str, ReportCard], registry: BodyRegistry) -> Holdings:
        return cls(tuple(_holding(cards[report_id], registry) for report_id in sorted(cards)))

    @cached_property
    def by_id(self) -> dict[str, Holding]:
        return {holding.report_id: holding for holding in self.all}

    def among(self, report_ids: Collection[str]) -> Holdings:
        return Holdings(tuple(h for h in self.all if h.report_id in report_ids))

    def led_by(self, bodies: Iterable[Body]) -> tuple[Holding, ...]:
        """Return the reports about any of ``bodies``."""
        wanted = frozenset(bodies)
        return tuple(h for h in self.all if wanted & h.led_by)

    def inspecting(self, bodies: Iterable[Body]) -> tuple[Holding, ...]:
        """Return the reports about any of ``bodies`` or in which one was inspected with others."""
        wanted = frozenset(bodies)
        return tuple(h for h in self.all if wanted & (h.led_by | h.also))

    def of_kind(self, kinds: Collection[ReportKind]) -> tuple[Holding, ...]:
        return tuple(h for h in self.all if h.kind in kinds)

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """Return the names of the bodies that reports are about, sorted."""
        return tuple(sorted({name for h in self.all for name in lead_names(h)}))


_latest: tuple[Mapping[str, ReportCard], BodyRegistry, Holdings] | None = None


def holdings_of(cards: Mapping[str, ReportCard], registry: BodyRegistry) -> Holdings:
    """Return the holdings of ``cards``; those of an unchangeable mapping are worked out once."""
    global _latest
    if not isinstance(cards, MappingProxyType):
        return Holdings.of(cards, registry)
    known = _latest
    if known is None or known[0] is not cards or known[1] is not registry:
        known = (cards, registry, Holdings.of(cards, registry))
        _latest = known
    return known[2]


def lead_names(holding: Holding) -> tuple[str, ...]:
    """Return the names of the bodies a report is about, as the registry or else it says."""
    if holding.led_by:
        return tuple(sorted(body.name for body in holding.led_by))
    metadata = holding.metadata
    return (metadata.area,) if metadata.area else metadata.bodies[:1]


def _holding(card: ReportCard, registry: BodyRegistry) -> Holding:
    metadata = card.metadata
    led_by = _lead(metadata, registry)
    others = [name for name in metadata.bodies if not led_by & frozenset(registry.named(name))]
    also = {body for name in others for body in registry.named(name)}
    if metadata.kind is ReportKind.JTAI and not any(b.kind is BodyKind.POLICE for b in also):
        # A joint inspection always takes in the area's force, whether the letter names it or not.
        also |= {force for body in led_by if (force := registry.force_of(body))}
    names = {name.casefold() for name in (metadata.area, *metadata.bodies) if name}
    return Holding(
        card.report_id, metadata.kind, led_by, frozenset(also), frozenset(names), metadata
    )


_KIND_OF_LEAD = {
    ReportKind.PEEL: BodyKind.POLICE,
    ReportKind.FIRE: BodyKind.FIRE,
    ReportKind.JTAI: BodyKind.COUNCIL,
    ReportKind.CHILDRENS_SERVICES: BodyKind.COUNCIL,
}


def _lead(metadata: Metadata, registry: BodyRegistry) -> frozenset[Body]:
    """Return the body that a report is about, of the kind that its family inspects."""
    kind = _KIND_OF_LEAD.get(metadata.kind)
    for name in (metadata.area, *metadata.bodies[:1]):
        named = registry.named(name) if name else ()
        if of_kind := tuple(body for body in named if kind in (None, body.kind)):
            return frozenset(of_kind)
    first = metadata.area or next(iter(metadata.bodies), "")
    return frozenset(registry.named(first)) if first else frozenset()
