"""The amounts that a text states, in digits and in words, to hold two texts together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.documents import Span
from index.number_words import UNITS

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "m": 1_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
}
_VALUES = {word: n for n, word in enumerate(UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_WORD = rf"(?:{'|'.join(_VALUES)})"
_SCALE = rf"(?:{'|'.join(_SCALES)})s?"
_SPELT_SCALE = "(?:hundred|thousand|million|billion)"
_AMOUNT = re.compile(
    rf"(?P<pound>£)?\s*(?:"
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?:\s*(?P<scale>{_SCALE})\b)?"
    rf"|\b(?P<words>(?:{_WORD}|{_SPELT_SCALE})(?:(?:-|\s+and\s+|\s+)(?:{_WORD}|{_SPELT_SCALE}))*)\b"
    rf")(?P<share>\s*(?:%|per\s?cent\b|percentage\b))?",
    re.IGNORECASE,
)
_PART = re.compile(rf"{_WORD}|{_SPELT_SCALE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value with what it counts, ``£``, ``%`` or nothing, and where it stands."""

    value: Decimal
    unit: str
    span: Span

    def same_as(self, other: Amount) -> bool:
        return (self.value, self.unit) == (other.value, other.unit)


def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts in order.

    >>> [(str(a.value), a.unit) for a in amounts("Twenty-five of 1,204 (2%) cost £3 million")]
    [('25', ''), ('1204', ''), ('2', '%'), ('3000000', '£')]
    """
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        unit = "%" if match["share"] else "£" if match["pound"] else ""
        span = Span(match.start(), match.end())
        if match["digits"] is not None:
            value = Decimal(match["digits"].replace(",", "")) * _scale(match["scale"])
            yield Amount(value.normalize() + 0, unit, span)
            continue
        for part in _spoken(match["words"]):
            yield Amount(Decimal(part), unit, span)


def _scale(word: str | None) -> int:
    if word is None:
        return 1
    return _SCALES.get(word.lower()) or _SCALES[word.lower().removesuffix("s")]


def _spoken(words: str) -> Iterator[int]:
    """Give the numbers that stand side by side: "one hundred and five" is one, "two three" two."""
    total, current, last = 0, 0, None
    for part in _PART.findall(words):
        value = _VALUES.get(part.lower())
        if value is None:
            scale = _scale(part)
            if scale == _SCALES["hundred"]:
                current = (current or 1) * scale
            else:
                total, current = total + (current or 1) * scale, 0
        elif last is not None and not (last >= 20 and value < 10) and current % 100:
            yield total + current
            total, current = 0, value
        else:
            current += value
        last = value
    yield total + current
