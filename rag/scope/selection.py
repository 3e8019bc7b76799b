"""The reports left by a question's own words: by its bodies, then kinds, then years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.bodies import BodyRegistry
from index.documents import ReportKind
from rag.answers import AnswerStatus
from rag.scope import refusals
from rag.scope.holdings import Holding, Holdings
from rag.scope.periods import Period, bare, find_periods, joined
from rag.scope.refusals import Refusal
from rag.scope.report_kinds import asks_for_grade, kinds_named
from rag.scope.stated import Side, StatedScope, distinct
from rag.scope.subjects import Named, Role, read_named, subjects_of
from rag.scope.years import EACH_TIME, YearsRead, is_about_change, of_period, of_years, too_late


@dataclass(frozen=True)
class ScopeWords:
    """The words of a question that say what it is about."""

    question: str
    named: tuple[Named, ...]
    subjects: tuple[Named, ...]
    periods: tuple[Period, ...]
    holdings: Holdings

    @cached_property
    def names(self) -> list[str]:
        return list(dict.fromkeys(named.label for named in self.subjects))


@dataclass(frozen=True, slots=True)
class Selected:
    """The reports in scope by side; one side without a name where no body is asked about."""

    sides: tuple[Side, ...]
    kinds: tuple[ReportKind, ...] = ()
    chosen_by: tuple[Period, ...] = ()
    warnings: tuple[str, ...] = ()
    otherwise: Selected | None = None
    """The selection without what was only assumed: that a bare "in 2018" says which report."""

    @property
    def held(self) -> tuple[Holding, ...]:
        held = {h.report_id: h for _, side in self.sides for h in side}
        return tuple(held[report_id] for report_id in sorted(held))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.sides if name]

    def keeping(self, held: Iterable[Holding]) -> Selected:
        """Return the selection with only those of its reports that are among ``held``."""
        ids = {holding.report_id for holding in held}
        sides = ((name, tuple(h for h in side if h.report_id in ids)) for name, side in self.sides)
        return replace(self, sides=tuple(sides))

    def warned(self, *warnings: str) -> Selected:
        return replace(self, warnings=(*self.warnings, *warnings))


def words_of(question: str, holdings: Holdings, registry: BodyRegistry) -> ScopeWords:
    mentions = registry.find(question)
    named = read_named(question, mentions, holdings, registry)
    return ScopeWords(
        question=question,
        named=named,
        subjects=subjects_of(question, named, holdings, registry),
        periods=find_periods(question, [mention.span for mention in mentions]),
        holdings=holdings,
    )


def select(words: ScopeWords, given: StatedScope, library: Holdings) -> Selected | Refusal:
    """Return the reports in scope, narrowed by bodies, then kinds, then years."""
    refusal = _unclear(words) or _nothing_held(words, given, library)
    if refusal is not None:
        return refusal
    selected: Selected | Refusal = _of_bodies(words, given)
    for narrow in (_of_kinds, _of_grades, _of_years):
        if not isinstance(selected, Refusal):
            selected = narrow(selected, words)
    return selected


def _no_match(reason: str) -> Refusal:
    return Refusal(AnswerStatus.NO_MATCHING_REPORTS, reason)


def _unclear(words: ScopeWords) -> Refusal | None:
    """Return the question back to a name that two bodies bear, if reports are held of any."""
    for named in words.subjects:
        if named.is_clash and named.held:
            reason = refusals.which_is_meant(named.written, named.bodies)
            return Refusal(AnswerStatus.NEEDS_CLARIFICATION, reason)
    return None


def _nothing_held(words: ScopeWords, given: StatedScope, library: Holdings) -> Refusal | None:
    missing = [named for named in words.subjects if not named.held]
    if not missing or len(missing) < len(words.subjects):
        return None
    if given.holdings is not library:
        return _no_match(refusals.outside_stated(words.names, given.holdings))
    names = [name for named in missing for name in _names_of(named)]
    forces = library.inspecting(missing[0].bodies)
    hint = refusals.partner_hint(missing[0], forces) if len(missing) == 1 else ""
    return _no_match(refusals.no_report_about(names, library, hint=hint))


def _names_of(named: Named) -> list[str]:
    return [body.name for body in named.bodies] if named.is_clash else [named.label]


def _of_bodies(words: ScopeWords, given: StatedScope) -> Selected:
    excluded = {h.report_id for n in words.named if n.role is Role.EXCLUDED for h in n.held}
    notes = [refusals.read_as(n) for n in words.subjects if not n.mention.exact]
    notes += [named.note for named in words.subjects if named.note]
    sides: tuple[Side, ...] = distinct((named.label, named.held) for named in words.subjects)
    if not sides:
        notes += _unnamed(words)
        sides = given.sides or (("", words.holdings.all),)
    sides = given.divided(sides)
    if len(sides) > 1:
        notes += [refusals.side_is_empty(name) for name, held in sides if not held]
    left = tuple(
        (name, tuple(h for h in held if h.report_id not in excluded)) for name, held in sides
    )
    return Selected(left, warnings=tuple(notes))


_DEICTIC = re.compile(r"\bthe (force|constabulary|council|borough)\b(?!['’]s area)", re.IGNORECASE)


def _unnamed(words: ScopeWords) -> list[str]:
    """Return what to say of "the force" where it may be any of several."""
    found = _DEICTIC.search(words.question)
    if found is None or len(words.holdings.leads) <= 1 or words.named:
        return []
    return [refusals.not_named(found.group(1).lower())]


def _of_kinds(selected: Selected, words: ScopeWords) -> Selected | Refusal:
    asked, earlier = kinds_named(words.question)
    left = [h for h in selected.held if h.kind in asked]
    if asked and not left:
        return _no_match(
            refusals.no_report_of_kind(asked, selected.names, selected.held, words.holdings)
        )
    if asked:
        return replace(selected.keeping(left), kinds=asked)
    perhaps = [h for h in selected.held if h.kind in earlier]
    return selected.keeping(perhaps) if perhaps else selected


def _of_grades(selected: Selected, words: ScopeWords) -> Selected | Refusal:
    """Refuse the grade of a force where only joint inspections, which give none, are held."""
    graded = [h for h in selected.held if h.kind is not ReportKind.JTAI]
    if not words.subjects or not selected.held or graded or not asks_for_grade(words.question):
        return selected
    return _no_match(refusals.no_grades(selected.names, selected.held))


def _of_years(selected: Selected, words: ScopeWords) -> Selected | Refusal:
    held = selected.held
    years = of_years(held, words.periods, words.question)
    if years.missing and not years.chosen_by:
        labels = [period.label for period in years.missing]
        return _no_match(refusals.no_report_of_year(labels, selected.names, held))
    if late := too_late(years.held, words.periods):
        return _no_match(refusals.too_late(late[0], selected.names, late[1]))
    if len(selected.sides) == 1 and len(years.chosen_by) + len(years.missing) > 1:
        return _by_cycle(selected, years, words)
    if not years.chosen_by:
        return _assumed(selected, words)
    if len(selected.sides) == 1:
        return replace(selected.keeping(years.held), chosen_by=years.chosen_by)
    return _years_by_side(replace(selected, chosen_by=years.chosen_by), words)


def _years_by_side(selected: Selected, words: ScopeWords) -> Selected:
    """Return every side with its reports of the years named, or of any year that fits it."""
    sides: list[Side] = []
    notes: list[str] = []
    for name, held in selected.sides:
        chosen = [h for p in selected.chosen_by for h in of_period(held, p)]
        left = chosen or [h for p in words.periods for h in of_period(held, p)]
        ids = {holding.report_id for holding in left}
        if held and not left:
            labels = [period.label for period in selected.chosen_by]
            notes.append(refusals.no_report_of_year(labels, [name], held))
        sides.append((name, tuple(h for h in held if h.report_id in ids)))
    return replace(selected, sides=tuple(sides)).warned(*notes)


def _by_cycle(selected: Selected, years: YearsRead, words: ScopeWords) -> Selected:
    """Return one side for each of the years that one body's reports are compared over."""
    named = {*years.chosen_by, *years.missing}
    periods = tuple(period for period in words.periods if period in named)
    return _sides_of(periods, selected)


def _sides_of(periods: Sequence[Period], selected: Selected) -> Selected:
    ((name, held),) = selected.sides
    sides = distinct((_side_name(name, p.label), of_period(held, p)) for p in periods)
    empty = (refusals.side_is_empty(side) for side, found in sides if not found)
    return replace(selected, sides=sides, chosen_by=tuple(periods)).warned(*empty)


def _side_name(body: str, cycle: str) -> str:
    return f"{body} {cycle}" if body else f"the {cycle} cycle"


def _assumed(selected: Selected, words: ScopeWords) -> Selected:
    """Return the selection narrowed by years that may say which of a body's reports is meant."""
    if not (selected.names or len(words.holdings.leads) == 1):
        return selected
    return _over_time(selected, words) or _of_bare_years(selected, words) or selected


_SET_APART = re.compile(
    r"\b(?:compar\w+|improv\w+|contrast\w*|differ\w*|versus|vs|mov(?:e|ed|ing)|trends?)\b",
    re.IGNORECASE,
)


def _over_time(selected: Selected, words: ScopeWords) -> Selected | None:
    """Return a side for each time at which one body is compared with itself, if it is."""
    set_apart = _SET_APART.search(words.question) or is_about_change(words.question)
    periods = joined(words.question, words.periods)
    if len(selected.sides) > 1 or not (set_apart or bare(words.question, periods)):
        return None
    ((name, held),) = selected.sides
    if periods:
        times = _sides_of(periods, selected)
        return times if len(times.sides) > 1 and all(found for _, found in times.sides) else None
    if not EACH_TIME.search(words.question) or any(h.kind is not ReportKind.PEEL for h in held):
        return None
    cycles = sorted({refusals.time_of(h) for h in held})
    sides = tuple(
        (_side_name(name, cycle), tuple(h for h in held if refusals.time_of(h) == cycle))
        for cycle in cycles
    )
    return replace(selected, sides=sides) if len(sides) > 1 else None


def _of_bare_years(selected: Selected, words: ScopeWords) -> Selected | None:
    """Return each side with its reports of the years that stand as "in 2018", if it has others.

    Such a year may as well be part of what is asked, so the selection as it was comes along.
    """
    periods = bare(words.question, words.periods)
    if not periods or is_about_change(words.question):
        return None
    sides = [(name, held, _of_any(periods, held)) for name, held in selected.sides]
    if all(len(found) in (0, len(held)) for _, held, found in sides):
        return None
    kept = tuple((name, found or held) for name, held, found in sides)
    chosen = tuple(p for p in periods if any(of_period(held, p) for _, held, _ in sides))
    narrowed = replace(selected, sides=kept, chosen_by=chosen, otherwise=selected)
    return narrowed.warned(refusals.year_taken_for_report(chosen, narrowed.held))


def _of_any(periods: Iterable[Period], held: Sequence[Holding]) -> tuple[Holding, ...]:
    ids = {h.report_id for period in periods for h in of_period(held, period)}
    return tuple(h for h in held if h.report_id in ids)
