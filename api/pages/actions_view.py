"""The page of the response pack: every action, with the day 56 days after publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from api.pages.filters import Filters, choices_of, ordered
from api.pages.paging import leaf_of
from api.pages.templates import day_or_none, render
from api.response_pack import (
    KIND_NAMES,
    GivenDays,
    PackEntry,
    Publication,
    pack_entries,
    publication_of,
)
from index.documents import Report
from index.store.library import ReportCard

ON_A_PAGE = 10

DAY_FIELD = "published."
"""With a report's id behind it, the name of the field for the day of its publication."""

FORMATS = (("docx", "Word"), ("csv", "CSV"), ("md", "Markdown"))


@dataclass(frozen=True, slots=True)
class PackFilters:
    """Which actions are wanted, and the days that were typed, good or not, by report."""

    reports: Filters
    kind: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return self.reports.any or bool(self.kind)

    @property
    def days(self) -> GivenDays:
        found = {report_id: day_or_none(text) for report_id, text in self.typed.items()}
        return {report_id: day for report_id, day in found.items() if day is not None}

    @property
    def query(self) -> dict[str, object]:
        """What an address needs to ask for the same pack again."""
        return {
            "body": self.reports.body,
            "cycle": self.reports.cycle,
            "kind": self.kind,
            "report": list(self.reports.reports),
            **{f"{DAY_FIELD}{report_id}": text for report_id, text in self.typed.items()},
        }

    def actions_of(self, report: Report) -> Report:
        """Return the report with the wanted kind of actions alone."""
        if not self.kind:
            return report
        wanted = tuple(action for action in report.actions if action.kind.value == self.kind)
        return replace(report, actions=wanted)


@dataclass(frozen=True, slots=True)
class Chapter:
    report: Report
    publication: Publication
    typed: str
    is_wrong: bool
    """A day was typed that is none."""
    kinds: tuple[tuple[str, str, tuple[PackEntry, ...]], ...]
    """Singular, heading and actions, the most serious kind first."""


def wanted_cards(cards: Sequence[ReportCard], filters: PackFilters) -> list[ReportCard]:
    """Return the cards of the reports that have actions and are asked for, by body."""
    return ordered(card for card in cards if card.actions and filters.reports.keep(card))


def actions_page(
    cards: Sequence[ReportCard], read: Callable[[str], Report], filters: PackFilters, *, number: int
) -> str:
    """Return page ``number``, from 1, of the pack as HTML. ``read`` returns a whole report."""
    held = [(card, _held(card, read, filters)) for card in wanted_cards(cards, filters)]
    leaf = leaf_of([card for card, actions in held if actions], number, size=ON_A_PAGE)
    shown = [filters.actions_of(read(card.report_id)) for card in leaf.items]
    return render(
        "actions.html",
        any_report=bool(cards),
        total=sum(actions for _, actions in held),
        leaf=leaf,
        chapters=[_chapter(report, filters) for report in shown],
        filters=filters,
        choices=choices_of(card for card in cards if card.actions),
        action_kinds=[(kind.value, names[0]) for kind, names in KIND_NAMES.items()],
        formats=FORMATS,
    )


def _held(card: ReportCard, read: Callable[[str], Report], filters: PackFilters) -> int:
    """Return how many of the wanted actions a report has. Of which kinds, no card says."""
    if not filters.kind:
        return card.actions
    return len(filters.actions_of(read(card.report_id)).actions)


def wanted_reports(
    cards: Sequence[ReportCard], read: Callable[[str], Report], filters: PackFilters
) -> list[Report]:
    """Return the reports that are asked for, each with the actions that are."""
    wanted = (filters.actions_of(read(card.report_id)) for card in wanted_cards(cards, filters))
    return [report for report in wanted if report.actions]


def _chapter(report: Report, filters: PackFilters) -> Chapter:
    typed = filters.typed.get(report.report_id, "")
    groups = groupby(pack_entries(report), key=lambda entry: entry.kind)
    return Chapter(
        report=report,
        publication=publication_of(report, filters.days),
        typed=typed,
        is_wrong=bool(typed) and day_or_none(typed) is None,
        kinds=tuple((*KIND_NAMES[kind], tuple(entries)) for kind, entries in groups),
    )
