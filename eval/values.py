"""Numbers, dates and grades in one spelling each, so that what is equal reads equal.

"1,250", "12 per cent", "thirty-four", "25th October 2022" and "requires-improvement"
say the same as "1250", "12%", "34", "2022-10-25" and "requires improvement".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.number_words import UNITS

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"thousand": 3, "million": 6, "billion": 9, "m": 6, "bn": 9}

_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\.?,? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d|,\d)")
_PERCENT = re.compile(r"(?<=\d) ?(?:per ?cent(?:age)?\b|%)")
_SCALED = re.compile(r"\b(\d+)(?:\.(\d+))?(?: (thousand|million|billion)| ?(m|bn))\b")
_TRAILING = re.compile(r"\b(\d+)\.0+(?!\d|\.\d)")
_WORDS = re.compile(
    rf"\b(?:({'|'.join(TENS)})(?:[- ]({'|'.join(UNITS[1:10])}))?|({'|'.join(UNITS)}))\b"
)
_GRADE = re.compile(r"\brequir(?:es?|ed|ing)[- ]improvements?\b")


def normalised(text: str) -> str:
    """Return folded lower-case text with every number, date and grade in one spelling.

    Days before months, as in the United Kingdom: 3/4/2022 is 3 April. "One" is
    left as it is: it is a pronoun more often than a number.

    >>> normalised("on 25th october 2022, thirty-four of 1,250 cases (2.70 per cent)")
    'on 2022-10-25, 34 of 1250 cases (2.70%)'
    >>> normalised("october 3, 2022 cost £1.2 million")
    '2022-10-03 cost £1200000'
    """
    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_DAY_FIRST, lambda m: _day(m[1], _month(m[2]), m[3])),
        (_MONTH_FIRST, lambda m: _day(m[2], _month(m[1]), m[3])),
        (_SLASHED, lambda m: _day(m[1], int(m[2]), m[3])),
        (_WORDS, _number),
        (_THOUSANDS, lambda m: m[0].replace(",", "")),
        (_TRAILING, lambda m: m[1]),
        (_SCALED, _scaled),
        (_PERCENT, lambda _: "%"),
        (_GRADE, lambda _: "requires improvement"),
    )
    for pattern, spelling in steps:
        text = pattern.sub(spelling, text)
    return text


def _day(day: str, month: int, year: str) -> str:
    return f"{year}-{month:02d}-{int(day):02d}"


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _number(match: re.Match[str]) -> str:
    tens, unit, alone = match[1], match[2], match[3]
    if alone:
        return alone if alone == "one" else str(UNITS.index(alone))
    return str(20 + 10 * TENS.index(tens) + (UNITS.index(unit) if unit else 0))


def _scaled(match: re.Match[str]) -> str:
    # By digits, not by floats: 1.1 million is 1100000 and not 1100000.0000000002.
    decimals, zeros = match[2] or "", SCALES[match[3] or match[4]]
    if len(decimals) > zeros:
        return match[0]
    return (match[1] + decimals.ljust(zeros, "0")).lstrip("0") or "0"
