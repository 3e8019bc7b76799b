"""Which reports a list of them is narrowed to, by the fields of a plain form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.documents import ReportKind
from index.store.library import ReportCard


@dataclass(frozen=True, slots=True)
class Filters:
    """``None`` and empty narrow nothing. A value that no report has leaves no report."""

    body: str | None = None
    cycle: str | None = None
    kind: str | None = None
    reports: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.body or self.cycle or self.kind or self.reports)

    def keep(self, card: ReportCard) -> bool:
        metadata = card.metadata
        return (
            (not self.body or self.body in metadata.bodies)
            and (not self.cycle or self.cycle == metadata.cycle)
            and (not self.kind or self.kind == metadata.kind.value)
            and (not self.reports or card.report_id in self.reports)
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: what the library's reports have."""

    bodies: tuple[str, ...]
    cycles: tuple[str, ...]
    kinds: tuple[ReportKind, ...]


def choices_of(cards: Iterable[ReportCard]) -> Choices:
    listed = [card.metadata for card in cards]
    return Choices(
        bodies=tuple(sorted({body for metadata in listed for body in metadata.bodies})),
        cycles=tuple(sorted({m.cycle for m in listed if m.cycle}, reverse=True)),
        kinds=tuple(kind for kind in ReportKind if any(m.kind is kind for m in listed)),
    )


def ordered(cards: Iterable[ReportCard]) -> list[ReportCard]:
    """Return the cards by body, the latest cycle of each first; ties by id."""
    by_cycle = sorted(cards, key=lambda card: card.metadata.cycle or "", reverse=True)
    return sorted(by_cycle, key=lambda card: card.metadata.bodies[:1] or ("\uffff",))
