"""Years in a question: which of them say which report is meant, and which are its content.

"The 2021 JTAI of Bradford" names a report; "arrests since 2017" does not. The words
around a year decide, by rules that can be read off the patterns below.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

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


FIRST_YEAR = 2005
"""Smaller numbers of four digits are taken for numbers of something, not for years."""

MONTHS = tuple(month.lower() for month in calendar.month_name if month)
_MONTH = rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?P<month>{'|'.join(MONTHS)}),?\s+)?"
_YEARS = r"(?P<first>20[0-3]\d)(?:\s?[/–-]\s?(?P<last>20[0-3]\d|\d\d))?"
_PERIOD = re.compile(rf"(?<![\w£.,/-]){_MONTH}{_YEARS}(?![\w%])(?![/.,]\d)", re.IGNORECASE)
_SHORT_CYCLE = re.compile(r"(?<![\w/])(?P<first>1\d|2\d)/(?P<last>\d\d)(?![\w/])")


def cycle_years(cycle: str) -> frozenset[int]:
    """Return the years that a cycle's name holds; none if it holds none.

    >>> sorted(cycle_years("2023-25"))
    [2023, 2024, 2025]
    """
    found = _PERIOD.search(cycle) or _SHORT_CYCLE.search(cycle)
    return _period(found).years if found else frozenset()


def find_periods(text: str, names: Sequence[Span] = ()) -> tuple[Period, ...]:
    """Return the years in ``text`` in order; ``names`` are where bodies are named in it."""
    found = [_period(match) for match in _PERIOD.finditer(text)]
    found += [_period(m) for m in _SHORT_CYCLE.finditer(text) if _may_be_cycle(m, text)]
    found = [period for period in found if period.first >= FIRST_YEAR]
    found.sort(key=lambda period: period.span)
    placed = [replace(p, standing=_standing(text, p, names)) for p in found]
    return tuple(_coordinated(text, placed))


def _period(match: re.Match[str]) -> Period:
    groups = match.groupdict()
    first = int(groups["first"]) if len(groups["first"]) == 4 else 2000 + int(groups["first"])
    month = groups.get("month")
    return Period(
        span=Span(*match.span()),
        first=first,
        last=_last_year(first, groups["last"]),
        standing=Standing.CONTENT,
        month=MONTHS.index(month.lower()) + 1 if month else None,
    )


def _last_year(first: int, written: str | None) -> int:
    if written is None:
        return first
    last = int(written) if len(written) == 4 else first // 100 * 100 + int(written)
    # "2018-03" is a month: only a short run of years counts.
    return last if first < last <= first + LONGEST_CYCLE else first


LONGEST_CYCLE = 4
"""Years from the first to the last of a cycle or of a plan that are read as one period."""

_REPORT = (
    r"(?:JTAIs?|ILACS|PEEL|inspections?|letters?|reports?|assessments?|judge?ments?|grades?|ratings?"
    r"|deep dives?|findings)"
)
_VERB = r"(?:did|does|do|is|are|was|were|has|have|had|say|find|get)"
_NO_NOUN_FOLLOWS = (
    r"(?:the|an?|in|on|at|to|by|for|from|of|and|or|how|what|when|why|who|which|that|it|its|their"
    rf"|they|can|said|found|got|{_VERB})"
)
_BETWEEN = rf"(?:(?!{_VERB}\b)[\w&'’/-]+\s+){{0,7}}?"
_BEFORE_NOUN = re.compile(
    rf"^(?:'s|’s)?,?\s+(?!{_NO_NOUN_FOLLOWS}\b){_BETWEEN}{_REPORT}\b", re.IGNORECASE
)
_AFTER_NOUN = re.compile(
    r"\b(?:JTAIs?|ILACS|PEEL|inspections?|letters?|report|assessment|cycle|round)"
    r"(?:\s+(?:reports?|assessments?|inspections?|letters?|grades?|cycle|round))?"
    r"(?:\s+(?:of|for|on|at|into|published|dated|carried out|conducted|from|in|during|the|NAME))*"
    r"\s*[(,]?\s*$",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:grades?|graded|rating|rated|judge?ments?|judged|PEEL)\b[^.?!]{0,80}\b(?:in|for)\s+$"
    r"|\binspected(?:\s+(?:\w+\s+){0,3})?(?:in|during)\s+$",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:inspectors|inspectorates?|HMICFRS|HMIC|Ofsted|they)\s+(?:(?:went|came|go) back|returned?"
    r"|find|found|say|said|think|thought|conclude|see|saw|visit|visited|report|reported)"
    r"(?:\s+(?:in|about|of|on|at|to|when|they|went|back))*\s+NAME\s+(?:in|during)\s+$",
    re.IGNORECASE,
)
_BESIDE_NAME = re.compile(r"NAME(?:'s|’s)?\s*[(,]?\s*$")
_SINCE = re.compile(r"\b(?:since|until|before|prior to|than)\s+(?:[\w'’]+\s+){0,4}$", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"\b(?:after|following|previous|earlier|last)\s+(?:[\w'’]+\s+){0,3}$",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:by|until|till|beyond|towards|up to)\s+(?:the\s+)?(?:end of\s+|start of\s+)?$"
    r"|\b(?:plan|plans|planned|strategy|target|targets|vision|budget|due|expected|hoped?)\b[^.?!]*$",
    re.IGNORECASE,
)
_FOR_A_PLAN = re.compile(
    r"^\s+(?:\w+\s+){0,3}(?:plan|plans|strategy|target|targets|vision|budget)\b"
)
_BARE = re.compile(r"\b(?:in|during|for)\s+(?:(?:early|mid|late)[\s-]+)?$", re.IGNORECASE)
_AND = re.compile(
    r"^(?:\s*,\s*|,?\s+(?:and|or|to|with|&|v\.?|vs\.?|versus)\s+)(?:in\s+|the\s+)*$", re.IGNORECASE
)


def _standing(text: str, period: Period, names: Sequence[Span]) -> Standing:
    before = _masked(text[: period.span.start], names)
    after = text[period.span.end :]
    leads_noun = bool(_BEFORE_NOUN.match(after))
    follows_noun = bool(_AFTER_NOUN.search(before))
    if _SINCE.search(before) and not follows_noun:
        return Standing.CONTENT
    if leads_noun or follows_noun:
        return Standing.PERHAPS if _AFTERWARDS.search(before) else Standing.REPORT
    if _JUDGED.search(before) or _SEEN.search(before) or _BESIDE_NAME.search(before):
        return Standing.REPORT
    if _PLANNED.search(before) or _FOR_A_PLAN.match(after):
        return Standing.PLAN
    return Standing.CONTENT


def bare(text: str, periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the years of the content that may also say which report is meant: "in 2018".

    With them come those that are named together with one: "in 2018 and 2021".
    """
    run = joined(text, periods)
    return tuple(
        period
        for period in periods
        if _is_bare(text, period) or (period in run and _is_bare(text, run[0]))
    )


def _is_bare(text: str, period: Period) -> bool:
    before = text[: period.span.start]
    placed = period.standing is Standing.CONTENT and _BARE.search(before)
    return bool(placed) and not _SINCE.search(before)


def joined(text: str, periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the first run of two years or more that are named together: "2018 and 2021/22"."""
    run: list[Period] = []
    for period in periods:
        if run and not _AND.match(text[run[-1].span.end : period.span.start]):
            if len(run) > 1:
                break
            run = []
        run.append(period)
    return tuple(run) if len(run) > 1 else ()


def _masked(text: str, names: Sequence[Span]) -> str:
    """Return ``text`` with every name of a body that lies in it as the one word NAME."""
    for name in sorted(names, reverse=True):
        if name.end <= len(text):
            text = f"{text[: name.start]}NAME{text[name.end :]}"
    return text


def _coordinated(text: str, periods: Sequence[Period]) -> list[Period]:
    """Return the periods; in "2018 and 2021 PEEL" the first year stands as the second does.

    So does the second of "graded in 2018 and 2021".
    """
    placed = list(periods)
    for this, that in (*pairwise(range(len(placed))), *pairwise(reversed(range(len(placed))))):
        first, second = sorted((this, that))
        between = text[placed[first].span.end : placed[second].span.start]
        names_report = placed[this].standing is Standing.REPORT
        if names_report and placed[that].standing is Standing.CONTENT and _AND.match(between):
            placed[that] = replace(placed[that], standing=Standing.REPORT)
    return placed


def _may_be_cycle(match: re.Match[str], text: str) -> bool:
    """Whether "18/19" is a cycle: two years in a row and a report's word near by."""
    follows = int(match["last"]) == int(match["first"]) + 1
    near = text[max(match.start() - 20, 0) : match.end() + 20]
    return follows and bool(re.search(rf"\b{_REPORT}\b", near, re.IGNORECASE))
