"""The scope that a caller states: resolved strictly, for it was typed or chosen on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process

from index.bodies import BodyRegistry
from index.documents import ReportKind
from rag.answers import AnswerStatus, Scope
from rag.scope.holdings import Holding, Holdings, lead_names
from rag.scope.periods import Period, Standing, find_periods
from rag.scope.refusals import (
    Refusal,
    contents,
    listed,
    no_report_about,
    no_report_of_kind,
    no_report_of_year,
    time_of,
    which_is_meant,
)
from rag.scope.subjects import Named, Role
from rag.scope.years import of_period

Side = tuple[str, tuple[Holding, ...]]


MOST_REPORTS_COMPARED = 8
"""Stated reports that are set side by side; more of them only say where to look."""


@dataclass(frozen=True, slots=True)
class StatedScope:
    """The reports left by what was stated, and what was stated to set side by side.

    ``sides`` has one for each stated body, ``cycles`` and ``reports`` one for
    each of two or more that were stated.
    """

    holdings: Holdings
    sides: tuple[Side, ...] = ()
    cycles: tuple[Side, ...] = ()
    reports: tuple[Side, ...] = ()

    def divided(self, sides: Sequence[Side]) -> tuple[Side, ...]:
        """Return ``sides``, each split into its stated cycles, or the only one into its reports."""
        if self.cycles:
            return tuple(
                (f"{name} {cycle}" if name else f"the {cycle} cycle", _both(held, of_cycle))
                for name, held in sides
                for cycle, of_cycle in self.cycles
            )
        if self.reports and len(sides) == 1:
            ((_, held),) = sides
            return tuple(
                (label, found) for label, one in self.reports if (found := _both(one, held))
            )
        return tuple(sides)


def _both(these: Sequence[Holding], those: Sequence[Holding]) -> tuple[Holding, ...]:
    ids = {holding.report_id for holding in those}
    return tuple(holding for holding in these if holding.report_id in ids)


def narrow_to_stated(
    stated: Scope, holdings: Holdings, registry: BodyRegistry
) -> StatedScope | Refusal:
    """Return the reports that the caller's scope leaves, or why it leaves none."""
    narrowed: StatedScope | Refusal = StatedScope(holdings)
    if stated.reports:
        narrowed = _of_reports(stated.reports, holdings)
    if stated.bodies and not isinstance(narrowed, Refusal):
        narrowed = _of_bodies(stated.bodies, narrowed, holdings, registry)
    if stated.kinds and not isinstance(narrowed, Refusal):
        narrowed = _of_kinds(stated.kinds, narrowed)
    if stated.cycles and not isinstance(narrowed, Refusal):
        narrowed = _of_cycles(stated.cycles, narrowed)
    return narrowed


def _refused(reason: str) -> Refusal:
    return Refusal(AnswerStatus.NO_MATCHING_REPORTS, reason)


def _of_reports(reports: Sequence[str], holdings: Holdings) -> StatedScope | Refusal:
    unknown = [report for report in reports if report not in holdings.by_id]
    if not unknown:
        return StatedScope(holdings.among(reports), reports=_report_sides(reports, holdings))
    near = process.extractOne(unknown[0], list(holdings.by_id), score_cutoff=60)
    hint = f"Did you mean {near[0]!r}?" if near else contents(holdings)
    names = listed([repr(report) for report in unknown], last="or")
    return _refused(f"No report {names} is in this library. {hint}")


def _report_sides(reports: Sequence[str], holdings: Holdings) -> tuple[Side, ...]:
    """Return a side for each report by body and cycle, or by its id where two would be the same."""
    held = [holdings.by_id[report] for report in dict.fromkeys(reports)]
    if not 1 < len(held) <= MOST_REPORTS_COMPARED:
        return ()
    labels = [f"{listed(lead_names(holding))} {time_of(holding)}".strip() for holding in held]
    return tuple(
        (label if label and labels.count(label) == 1 else holding.report_id, (holding,))
        for label, holding in zip(labels, held, strict=True)
    )


def _of_bodies(
    names: Sequence[str], given: StatedScope, library: Holdings, registry: BodyRegistry
) -> StatedScope | Refusal:
    sides: list[Side] = []
    left = given.holdings
    for name in names:
        side = _side(name, left, registry)
        if isinstance(side, Refusal):
            return side
        if not side[1] and not registry.named(name):
            return _refused(_unknown_body(name, library, registry))
        # Stated under two of its names, a body is one side.
        if side[0] not in [label for label, _ in sides]:
            sides.append(side)
    held = {holding.report_id for _, found in sides for holding in found}
    if not held:
        return _refused(no_report_about([label for label, _ in sides], library))
    return replace(given, holdings=left.among(held), sides=tuple(sides))


def _side(name: str, holdings: Holdings, registry: BodyRegistry) -> Side | Refusal:
    """Return the reports of a stated body: under the reports' own name for it, or any known one."""
    as_printed = tuple(h for h in holdings.all if name.strip().casefold() in h.names)
    bodies = registry.named(name)
    if not bodies:
        return name, as_printed
    parts = [part for body in bodies for part in registry.parts_of(body)]
    held = {h.report_id: h for h in (*as_printed, *holdings.inspecting(parts))}
    found = tuple(held[report_id] for report_id in sorted(held))
    mention = next(iter(registry.find(name)))
    named = Named(mention, name, Role.SUBJECT, bodies, found)
    if named.is_clash and found:
        return Refusal(AnswerStatus.NEEDS_CLARIFICATION, which_is_meant(name, bodies))
    return named.label, found


def _unknown_body(name: str, holdings: Holdings, registry: BodyRegistry) -> str:
    guesses = {body.name for mention in registry.find(name) for body in mention.bodies}
    if guesses and not registry.named(name):
        meant = listed(sorted(guesses), last="or")
        return f"No body is called {name!r}. Did you mean {meant}?"
    return no_report_about([name], holdings)


def _of_kinds(names: Sequence[str], narrowed: StatedScope) -> StatedScope | Refusal:
    known = {kind.value: kind for kind in ReportKind}
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        wanted = listed(sorted(known), last="or")
        return _refused(f"There is no kind of report {unknown[0]!r}: kinds are {wanted}.")
    kinds = [known[name.casefold()] for name in names]
    left = narrowed.holdings.of_kind(kinds)
    if not left:
        about = [label for label, _ in narrowed.sides]
        held = narrowed.holdings
        return _refused(no_report_of_kind(kinds, about, held.all, held))
    return _kept(narrowed, left)


def _of_cycles(cycles: Sequence[str], narrowed: StatedScope) -> StatedScope | Refusal:
    """Return the reports of any of ``cycles``; of several, one that no report is of stays empty."""
    held = narrowed.holdings
    found = [(cycle.strip(), _of_cycle(cycle, held)) for cycle in cycles]
    nothing = [cycle for cycle, reports in found if not reports]
    unread = [cycle for cycle in nothing if not stated_periods([cycle])]
    if unread or len(nothing) == len(found):
        about = [label for label, _ in narrowed.sides]
        return _refused(no_report_of_year(unread or nothing, about, held.all))
    left = {holding.report_id for _, reports in found for holding in reports}
    sides = distinct(found)
    return replace(_kept(narrowed, held.among(left).all), cycles=sides if len(sides) > 1 else ())


def distinct(sides: Iterable[Side]) -> tuple[Side, ...]:
    """Return the sides less those that are another under a second name."""
    kept: list[Side] = []
    for name, held in sides:
        ids = [h.report_id for h in held]
        if not any(name == n or (ids and ids == [h.report_id for h in hs]) for n, hs in kept):
            kept.append((name, held))
    return tuple(kept)


def _of_cycle(cycle: str, holdings: Holdings) -> tuple[Holding, ...]:
    """Return the reports of a cycle: under the very name that is stated, else of its years.

    One PEEL cycle goes by two names: that of 2018 is also that of 2018/19.
    """
    periods = stated_periods([cycle])
    of_years = of_period(holdings.all, periods[0]) if periods else ()
    exact = [h for h in holdings.all if h.metadata.cycle == cycle.strip()]
    if not exact:
        return of_years
    kinds = {holding.kind for holding in exact} & {ReportKind.PEEL}
    found = {h.report_id: h for h in (*exact, *(h for h in of_years if h.kind in kinds))}
    return tuple(found[report_id] for report_id in sorted(found))


def stated_periods(cycles: Sequence[str]) -> tuple[Period, ...]:
    """Return the stated cycles as periods; those that hold no year are left out."""
    found = (find_periods(f"PEEL {cycle}") for cycle in cycles)
    return tuple(p for periods in found for p in periods if p.standing is Standing.REPORT)


def _kept(narrowed: StatedScope, left: Sequence[Holding]) -> StatedScope:
    ids = {holding.report_id for holding in left}
    sides = tuple(
        (label, tuple(h for h in held if h.report_id in ids)) for label, held in narrowed.sides
    )
    return replace(narrowed, holdings=narrowed.holdings.among(ids), sides=sides)
