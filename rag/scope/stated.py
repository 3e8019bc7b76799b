"""The scope that a caller states: resolved strictly, for it was typed or chosen on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process

from index.bodies import BodyRegistry
from index.documents import ReportKind
from rag.answers import AnswerStatus, Scope
from rag.scope.holdings import Holding, Holdings
from rag.scope.periods import Period, Standing, find_periods
from rag.scope.refusals import (
    Refusal,
    contents,
    listed,
    no_report_about,
    no_report_of_kind,
    no_report_of_year,
    which_is_meant,
)
from rag.scope.subjects import Named, Role
from rag.scope.years import of_period

Side = tuple[str, tuple[Holding, ...]]


@dataclass(frozen=True, slots=True)
class StatedScope:
    """The reports left by what was stated, and one side for each stated body."""

    holdings: Holdings
    sides: tuple[Side, ...] = ()


def narrow_to_stated(
    stated: Scope, holdings: Holdings, registry: BodyRegistry
) -> StatedScope | Refusal:
    """Return the reports that the caller's scope leaves, or why it leaves none."""
    narrowed: StatedScope | Refusal = StatedScope(holdings)
    if stated.reports:
        narrowed = _of_reports(stated.reports, holdings)
    if stated.bodies and not isinstance(narrowed, Refusal):
        narrowed = _of_bodies(stated.bodies, narrowed.holdings, holdings, registry)
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
        return StatedScope(holdings.among(reports))
    near = process.extractOne(unknown[0], list(holdings.by_id), score_cutoff=60)
    hint = f"Did you mean {near[0]!r}?" if near else contents(holdings)
    names = listed([repr(report) for report in unknown], last="or")
    return _refused(f"No report {names} is in this library. {hint}")


def _of_bodies(
    names: Sequence[str], left: Holdings, library: Holdings, registry: BodyRegistry
) -> StatedScope | Refusal:
    sides: list[Side] = []
    for name in names:
        side = _side(name, left, registry)
        if isinstance(side, Refusal):
            return side
        if not side[1] and not registry.named(name):
            return _refused(_unknown_body(name, library, registry))
        sides.append(side)
    held = {holding.report_id for _, found in sides for holding in found}
    if not held:
        return _refused(no_report_about([label for label, _ in sides], library))
    return StatedScope(left.among(held), tuple(sides))


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
    held = narrowed.holdings
    left: set[str] = set()
    for cycle in cycles:
        found = _of_cycle(cycle, held)
        if not found:
            about = [label for label, _ in narrowed.sides]
            return _refused(no_report_of_year([cycle], about, held.all))
        left |= {holding.report_id for holding in found}
    return _kept(narrowed, held.among(left).all)


def _of_cycle(cycle: str, holdings: Holdings) -> tuple[Holding, ...]:
    periods = stated_periods([cycle])
    exact = tuple(h for h in holdings.all if h.metadata.cycle == cycle.strip())
    return exact or (of_period(holdings.all, periods[0]) if periods else ())


def stated_periods(cycles: Sequence[str]) -> tuple[Period, ...]:
    """Return the stated cycles as periods; those that hold no year are left out."""
    found = (find_periods(f"PEEL {cycle}") for cycle in cycles)
    return tuple(p for periods in found for p in periods if p.standing is Standing.REPORT)


def _kept(narrowed: StatedScope, left: Sequence[Holding]) -> StatedScope:
    ids = {holding.report_id for holding in left}
    sides = tuple(
        (label, tuple(h for h in held if h.report_id in ids)) for label, held in narrowed.sides
    )
    return StatedScope(narrowed.holdings.among(ids), sides)
