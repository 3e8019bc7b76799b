"""Which reports a question is about: bodies, cycles and kinds, stated or read from it.

A scope fails closed. A body, a year or a kind of report that the library does not
have is said; it never widens to "search everything".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from index.bodies import BodyRegistry
from index.documents import ReportKind
from index.store.library import ReportCard
from rag.answers import Scope
from rag.scope import refusals
from rag.scope.holdings import holdings_of
from rag.scope.periods import Standing
from rag.scope.refusals import Refusal
from rag.scope.report_kinds import kinds_named
from rag.scope.selection import ScopeWords, Selected, select, words_of
from rag.scope.stated import narrow_to_stated
from rag.scope.topic import topic_of

__all__ = ["Refusal", "ScopeReading", "read_scope"]


@dataclass(frozen=True, slots=True)
class ScopeReading:
    """What a question is about, as understood.

    ``report_ids`` are sorted, and empty when it is refused. ``sides`` are those of
    a comparison, in the question's order: a name and its reports, none where the
    library has none. ``topic`` is the question without its scope words.
    """

    scope: Scope
    report_ids: tuple[str, ...]
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    topic: str
    refusal: Refusal | None
    warnings: tuple[str, ...]
    otherwise: ScopeReading | None = None
    """How to read it if these reports do not answer; there is one where a year was only assumed
    to say which report is meant."""


def read_scope(
    question: str, stated: Scope, cards: Mapping[str, ReportCard], registry: BodyRegistry
) -> ScopeReading:
    """Return which of the reports in ``cards`` the question is about, or why none is.

    What the caller stated is resolved strictly and never widened; within it the
    question's own words restrict further.
    """
    library = holdings_of(cards, registry)
    given = narrow_to_stated(stated, library, registry)
    if isinstance(given, Refusal):
        return _refused(question, stated, given)
    words = words_of(question, given.holdings, registry)
    read = select(words, given, library)
    if isinstance(read, Refusal):
        return _refused(question, stated, read, words)
    reading = _reading(words, read, stated)
    if read.otherwise is None:
        return reading
    wider = read.otherwise.warned(refusals.year_was_content(read.chosen_by))
    return replace(reading, otherwise=_reading(words, wider, stated))


_ON_GRADES = re.compile(
    r"\b(?:grad\w+|rat(?:ed|ing)s?|judge?ments?|outstanding|inadequate|better|worse|improved?|compare\w*"
    r"|changed?)\b",
    re.IGNORECASE,
)


def _grades_warning(selected: Selected, words: ScopeWords) -> list[str]:
    """Return the caution that HMICFRS gives on grades of several PEEL cycles."""
    peel = [h for h in selected.held if h.kind is ReportKind.PEEL]
    if len({h.era for h in peel}) < 2:
        return []
    if len(selected.sides) < 2 and not _ON_GRADES.search(words.question):
        return []
    cycles = {(h.era, h.metadata.cycle or str(h.latest_year)) for h in peel}
    return [refusals.grades_not_comparable([cycle for _, cycle in sorted(cycles)])]


def _reading(words: ScopeWords, selected: Selected, stated: Scope) -> ScopeReading:
    sides = tuple((name, tuple(h.report_id for h in held)) for name, held in selected.sides)
    warnings = (*selected.warnings, *_grades_warning(selected, words))
    return ScopeReading(
        scope=_understood(stated, words, selected),
        report_ids=tuple(holding.report_id for holding in selected.held),
        sides=sides if len(sides) > 1 else (),
        topic=topic_of(
            words.question,
            words.subjects,
            selected.chosen_by,
            over_time=len(sides) > 1 and len(words.subjects) < 2,
        ),
        refusal=None,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _refused(
    question: str, stated: Scope, refusal: Refusal, words: ScopeWords | None = None
) -> ScopeReading:
    scope = _understood(stated, words) if words else replace(stated, stated=_stated_fields(stated))
    return ScopeReading(scope, (), (), question, refusal, ())


def _understood(stated: Scope, words: ScopeWords, selected: Selected | None = None) -> Scope:
    """Return the scope to show: what the caller gave, and what was read beside it."""
    naming = (Standing.REPORT,)
    periods = selected.chosen_by if selected else [p for p in words.periods if p.standing in naming]
    kinds = selected.kinds if selected else kinds_named(words.question)[0]
    return Scope(
        bodies=stated.bodies or tuple(words.names),
        cycles=stated.cycles or tuple(dict.fromkeys(period.label for period in periods)),
        kinds=stated.kinds or tuple(kind.value for kind in kinds),
        reports=stated.reports,
        stated=_stated_fields(stated),
    )


def _stated_fields(stated: Scope) -> tuple[str, ...]:
    fields = ("bodies", "cycles", "kinds", "reports")
    return tuple(name for name in fields if getattr(stated, name))
