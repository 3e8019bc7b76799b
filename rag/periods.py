"""Years in a question: which of them say which report is meant, and which are its content.

"The 2021 JTAI of Bradford" names a report; "arrests since 2017" does not. The words
around a year decide, by rules that can be read off the patterns below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.documents import Span


class Standing(StrEnum):
    """What a year does in its question."""

    REPORT = "report"
    """It says which report: no such report, no answer."""
    PERHAPS = "perhaps"
    """It may: it chooses among reports, but its absence refuses nothing."""
    CONTENT = "content"
    """It is part of what is asked."""
    PLAN = "plan"
    """It is a date that things are planned for: it may lie after any report."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a span of years ("2018/19") or a month of a year, where it stands in a text."""

    span: Span
    first: int
    last: int
    standing: Standing
    month: int | None = None

    @property
    def label(self) -> str:
        """Return the years as reports write them: "2018", "2018/19", "2023-25"."""
        if self.first == self.last:
            return str(self.first)
        mark = "/" if self.last == self.first + 1 else "-"
        return f"{self.first}{mark}{self.last % 100:02}"

    @property
    def years(self) -> frozenset[int]:
        return frozenset(range(self.first, self.last + 1))


MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH = rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?P<month>{'|'.join(MONTHS)}),?\s+)?"
_PERIOD = re.compile(
    rf"(?<![\w£.,/-]){_MONTH}(?P<first>20[0-3]\d)(?:\s?[/–-]\s?(?P<last>20[0-3]\d|\d\d))?(?![\w%])(?![/.,]\d)",
    re.IGNORECASE,
)
_SHORT_CYCLE = re.compile(r"(?<![\w/])(?P<first>1\d|2\d)/(?P<last>\d\d)(?![\w/])")


def cycle_years(cycle: str) -> frozenset[int]:
    """Return the years that a cycle's name holds; "2018" of PEEL is the cycle of 2018/19.

    >>> sorted(cycle_years("2023-25"))
    [2023, 2024, 2025]
    """
    found = _PERIOD.search(cycle) or _SHORT_CYCLE.search(cycle)
    return _period(found, cycle).years if found else frozenset()


def find_periods(text: str, names: Sequence[Span] = ()) -> tuple[Period, ...]:
    """Return the years in ``text`` in order; ``names`` are where bodies are named in it."""
    found = [_period(match, text) for match in _PERIOD.finditer(text)]
    found += [_period(m, text) for m in _SHORT_CYCLE.finditer(text) if _may_be_cycle(m, text)]
    found.sort(key=lambda period: period.span)
    placed = [replace(p, standing=_standing(text, p, names)) for p in found]
    return tuple(_coordinated(text, placed))


def _period(match: re.Match[str], text: str) -> Period:
    groups = match.groupdict()
    first = int(groups["first"]) if len(groups["first"]) == 4 else 2000 + int(groups["first"])
    last = _last_year(first, groups["last"])
    month = groups.get("month")
    span = Span(*match.span())
    number = MONTHS.index(month.lower()) + 1 if month else None
    del text
    return Period(span, first, last, Standing.CONTENT, number)


def _last_year(first: int, written: str | None) -> int:
    if written is None:
        return first
    last = int(written) if len(written) == 4 else first // 100 * 100 + int(written)
    # "2018-03" is a month, "2016/99" a number of something: only a short run of years is one.
    return last if first < last <= first + 10 else first
