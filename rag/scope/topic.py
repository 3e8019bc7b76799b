"""A question without the words that say where and when: what is left to search for.

Inside its scope every passage is about the area, so its name says nothing there and
draws the search to letterheads. A force's name stays: reports use it as a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.bodies import BodyKind
from index.documents import Span
from rag.scope.periods import Period, joined
from rag.scope.subjects import Named, Role
from rag.scope.years import EACH_TIME

_PLACED = re.compile(
    r"\b(?:(?:than|versus|vs\.?|compared (?:with|to))\s+)?"
    r"(?:across|within|around|near|in|of|for|at|from|between|about|than|on|by|versus|vs\.?"
    r"|compared (?:with|to))\s+(?:both\s+|the\s+)?$",
    re.IGNORECASE,
)
_THAN = re.compile(
    r"\b(?:than|versus|vs\.?|compared? (?:with|to))\s+(?:(?:in|at|for|the)\s+)*$", re.IGNORECASE
)
_BOROUGH = re.compile(r"(?:royal|london|metropolitan)?\s*(?:borough|city) of\b", re.IGNORECASE)
_INSIDE = r"(?:in|within|across|around|near|at)\s+"
_GOES_ON = re.compile(
    r"^\s+(?!(?:and|or|but|to|in|at|on|for|from|of|by|with|who|that|which|when|where|how|what|why|if"
    r"|is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|should|as|than"
    r"|say|said|find|found|conclude|concluded|show|cover|get|need|make|work|deal|look|please|compared|according|during|since|after|before)\b)[a-z&]",
    re.IGNORECASE,
)
"""A noun that the name belongs to: "Bradford schools"."""
_OFFICE = re.compile(
    r"\b(?:(?:council|local authority)(?:['’]s)?|childrens? services|children['’]s services"
    r"|social services|social care)$",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:in|of|for|from|during)\s+$", re.IGNORECASE)
_DOES = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|how|where"
    r"|compare)\s+$",
    re.IGNORECASE,
)
_OWNS = re.compile(r"^(?:['’]s|['’])?\s*$", re.IGNORECASE)
_LED_BY = re.compile(
    r"\b(?:between|from|across|over|in|of|for|at|during)\s+(?:both\s+|the\s+|its\s+|their\s+)?$",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"^(?:['’]s)?(?:\s+(?:PEEL|JTAI|joint))?"
    r"\s+(?:reports?|inspections?|letters?|cycles?|assessments?|rounds?)\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"\b(?:please|compare|the|and)\b", re.IGNORECASE)
_ASKS_WHAT_CHANGED = re.compile(
    r"how\s+(?:has|have|did|do|does)\s+(?P<what>.+?)\s+"
    r"(?:chang(?:e|ed)|differ(?:ed)?|compared?|mov(?:e|ed)|develop(?:ed)?)\b(?P<where>.*)",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(
    r"^[\s,]*(?:(?:and|or|&|in|at|for|v|vs\.?|versus|than|compared (?:with|to))\s+)*(?:the\s+)?$",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Words that are taken out, and what is put in their place."""

    span: Span
    put: str = ""


def topic_of(
    question: str, subjects: Sequence[Named], periods: Sequence[Period], *, over_time: bool = False
) -> str:
    """Return ``question`` without the areas and the report's years.

    It stays a question that can be read. One that says nothing else is returned
    as it is. What is asked of one body ``over_time`` is searched in each of its
    reports: there the words for a change and the body's name draw to what is
    not asked about, and are left out as well.
    """
    cuts = [*_area_cuts(question, subjects), *(_year_cut(question, p) for p in periods)]
    if over_time:
        cuts = [*_time_cuts(question, subjects, periods), *cuts]
    text, uncut_from = question, len(question) + 1
    for cut in sorted(_apart(cuts), key=lambda c: c.span, reverse=True):
        if cut.span.end <= uncut_from:
            text = f"{text[: cut.span.start]}{cut.put}{text[cut.span.end :]}"
            uncut_from = cut.span.start
    tidied = _tidied(text)
    if over_time and (asked := _ASKS_WHAT_CHANGED.match(tidied)):
        tidied = _tidied(asked["what"] + asked["where"])
    return tidied if re.search(r"\w{3}", _COMPARE.sub("", tidied)) else question


def _apart(cuts: Sequence[_Cut]) -> list[_Cut]:
    """Return the cuts without those that touch an earlier one of the sequence."""
    kept: list[_Cut] = []
    for cut in cuts:
        if not any(cut.span.overlaps(other.span) for other in kept):
            kept.append(cut)
    return kept


def _area_cuts(question: str, subjects: Sequence[Named]) -> list[_Cut]:
    """Return a cut for each area; names that stand in one list are cut together."""
    groups: list[list[Named]] = []
    for named in subjects:
        if named.role is Role.ASIDE or (named.is_(BodyKind.POLICE) and len(subjects) == 1):
            continue
        end = groups[-1][-1].mention.span.end if groups else 0
        if groups and _BETWEEN_NAMES.match(question[end : named.mention.span.start]):
            groups[-1].append(named)
        else:
            groups.append([named])
    return [_area_cut(question, group) for group in groups]


def _area_cut(question: str, group: Sequence[Named]) -> _Cut:
    span = Span(group[0].mention.span.start, group[-1].mention.span.end)
    words, before, after = span.of(question), question[: span.start], question[span.end :]
    owner = bool(_POSSESSIVE.search(words) or after[:1] in ("'", "’")) and bool(
        after.strip("'’ ?.!")
    )
    if group[0].role is Role.COMPARED and not owner and (than := _THAN.search(before)):
        return _Cut(Span(than.start(), span.end))
    if all(named.is_(BodyKind.POLICE) for named in group):
        return _Cut(span, "the police’s" if owner else "the police")
    if office := _OFFICE.search(words):
        return _Cut(span, f"the {office.group()}")
    if owner:
        return _Cut(Span(span.start, span.end + (after[:1] in ("'", "’"))), "the")
    if _BOROUGH.match(words) and before.lower().endswith("the "):
        return _Cut(span, "area")
    if _DOES.search(before):
        return _Cut(span, "the area" if len(group) == 1 else "the areas")
    placed, owned = _PLACED.search(before), bool(_GOES_ON.match(after))
    if placed and (not owned or re.fullmatch(_INSIDE, placed.group(), re.IGNORECASE)):
        return _Cut(Span(placed.start(), span.end))
    named_alone = before.lower().endswith("the ") and not owned and not placed
    return _Cut(Span(span.start - len("the "), span.end), "the area") if named_alone else _Cut(span)


def _year_cut(question: str, period: Period) -> _Cut:
    """Return the cut of a report's year with the "in" that stands before it."""
    dated = _DATED.search(question[: period.span.start])
    owner = re.match(r"['’]s", question[period.span.end :])
    start = dated.start() if dated else period.span.start
    return _Cut(Span(start, period.span.end + (owner.end() if owner else 0)))


def _time_cuts(question: str, subjects: Sequence[Named], periods: Sequence[Period]) -> list[_Cut]:
    """Return the cuts of one body's name and of what sets its reports side by side."""
    cuts = [_Cut(Span(*found.span())) for found in EACH_TIME.finditer(question)]
    if run := joined(question, periods):
        cuts.append(_Cut(_run_of_years(question, subjects, run)))
    names = [named.mention.span for named in subjects]
    placed = [(_PLACED.search(question[: name.start]), name) for name in names]
    return cuts + [_Cut(Span(found.start(), name.end)) for found, name in placed if found]


def _run_of_years(question: str, subjects: Sequence[Named], run: Sequence[Period]) -> Span:
    """Return the span of years set side by side: "between Leeds’s 2018 and 2021 reports"."""
    start, end = run[0].span.start, run[-1].span.end
    names = [n.mention.span for n in subjects if n.mention.span.end <= start]
    if names and _OWNS.match(question[names[-1].end : start]):
        start = names[-1].start
    led, followed = _LED_BY.search(question[:start]), _REPORTS.match(question[end:])
    return Span(led.start() if led else start, end + (followed.end() if followed else 0))


def _tidied(text: str) -> str:
    text = re.sub(r"\(\s*\)", " ", text)
    text = re.sub(r"\b(the|a)\s+the\b", r"the", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([?.,;:!)])|(?<=\()\s+", r"\1", " ".join(text.split()))
    text = re.sub(r",\s*(?=[?.!,])|^[\s,:;–—-]+", "", text)
    return text[:1].upper() + text[1:]
