"""Dates and ranges of dates as reports print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.documents import DateRange, Span

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_TH = r"(?:st|nd|rd|th)?"
_WRITTEN = (
    rf"{_WEEKDAY}(?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>\d{{4}})"
)
_NUMERIC = r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2})"
_DATE = re.compile(rf"(?<![\w/.-])(?:{_WRITTEN}|{_NUMERIC})(?![\w/-])", re.IGNORECASE)
# The first day may leave out what it has in common with the last, and the last its year.
_FIRST = rf"{_WEEKDAY}(?P<d1>\d{{1,2}}){_TH}(?:\s+(?P<m1>{_MONTH})\b\.?,?)?(?:\s+(?P<y1>\d{{4}}))?"
_LAST = rf"{_WEEKDAY}(?P<d2>\d{{1,2}}){_TH}\s+(?P<m2>{_MONTH})\b\.?,?(?:\s+(?P<y2>\d{{4}}))?"
_RANGE = re.compile(
    rf"(?<![\w/.-]){_FIRST}\s*(?:to|and|until|through|-|–|—|─)\s*{_LAST}", re.IGNORECASE
)
_IN_NAME = re.compile(rf"(?<!\d)(\d{{1,2}})[-_ ]({_MONTH})[-_ ](\d{{4}})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundDate:
    day: date
    span: Span


@dataclass(frozen=True, slots=True)
class FoundRange:
    days: DateRange
    span: Span


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the full dates of a text in order; numeric ones are read day first.

    >>> [str(found.day) for found in find_dates("18 July 2022; Last updated 21/01/2020")]
    ['2022-07-18', '2020-01-21']
    """
    for found in _DATE.finditer(text):
        day = _read_date(found)
        if day is not None:
            yield FoundDate(day, Span(*found.span()))


def whole_date(text: str) -> date | None:
    """Return the date that a line consists of, if it consists of one."""
    found = _DATE.fullmatch(text.strip().rstrip("."))
    return _read_date(found) if found else None


def date_in_name(name: str) -> date | None:
    """Return the date at the end of a file name ("...-18-july-2022.pdf"), if there is one."""
    dates = [_day(int(d), m, int(y)) for d, m, y in _IN_NAME.findall(name)]
    return dates[-1] if dates else None


def find_ranges(text: str, *, no_later_than: date | None = None) -> Iterator[FoundRange]:
    """Yield the ranges of days of a text in order.

    A range without a year is taken as the last one that ended by
    ``no_later_than``, and left out where that is not known.

    >>> [found.days.first.isoformat() for found in find_ranges("26-30 June 2017")]
    ['2017-06-26']
    """
    for found in _RANGE.finditer(text):
        days = _read_range(found, no_later_than)
        if days is not None:
            yield FoundRange(days, Span(*found.span()))


def _read_range(found: re.Match[str], no_later_than: date | None) -> DateRange | None:
    if found["y2"]:
        year = int(found["y2"])
    elif no_later_than:
        year = no_later_than.year
    else:
        return None
    last = _day(int(found["d2"]), found["m2"], year)
    if last and not found["y2"] and no_later_than and last > no_later_than:
        year -= 1
        last = _day(int(found["d2"]), found["m2"], year)
    first = _day(int(found["d1"]), found["m1"] or found["m2"], int(found["y1"] or year))
    if first and last and first.month > last.month and first > last and not found["y1"]:
        first = _day(int(found["d1"]), found["m1"] or found["m2"], year - 1)
    return DateRange(first, last) if first and last and first <= last else None


def _read_date(found: re.Match[str]) -> date | None:
    if found["day"]:
        return _day(int(found["day"]), found["month"], int(found["year"]))
    if found["d"]:
        return _valid(int(found["y"]), int(found["m"]), int(found["d"]))
    year, month, day = found["iso"].split("-")
    return _valid(int(year), int(month), int(day))


def _day(day: int, month: str, year: int) -> date | None:
    starts = [name[:3] for name in _MONTHS]
    return _valid(year, starts.index(month[:3].lower()) + 1, day)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # the 31st of June, the 13th month
        return None
