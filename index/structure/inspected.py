"""Who was inspected, by whom, when, and with what in view."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from index.documents import DateRange, ReportKind, Span
from index.structure.areas import (
    FORCE,
    PLACE,
    official_area,
    official_fire_service,
    official_force,
    plain_force,
)
from index.structure.dates import find_dates, find_ranges
from index.structure.inspectorates import named_inspectorates
from index.structure.opening import Found, Opening
from index.structure.themes import theme_name

_THEME_CHARS = 120
_COUNCIL = (
    r"(?:City of|[Mm]etropolitan|[Cc]ouncil|[Bb]orough|[Dd]istrict|[Cc]ity|[Cc]ounty"
    r"|[Ll]ocal [Aa]uthority)"
)
_AREA = rf"(?P<area>(?:the\s+)?(?:City\s+of\s+)?{PLACE}(?:\s+{_COUNCIL})*)"
_JTAI = r"^[Jj]oint targeted area inspection"
# Where the families of reports name the area, most telling first.
_AREAS: dict[ReportKind, tuple[re.Pattern[str], ...]] = {
    ReportKind.JTAI: (
        re.compile(rf"{_JTAI} (?:of|in) {_AREA}\s*$", re.MULTILINE),
        re.compile(rf"{_JTAI}\b.*\sin {_AREA}\s*$", re.MULTILINE),
        re.compile(rf"individual\s+agencies\s+in\s+{_AREA}"),
        re.compile(rf"multi-agency\s+response\s+to\s.{{0,200}}?\sin\s+{_AREA}"),
    ),
    ReportKind.CHILDRENS_SERVICES: (
        re.compile(
            rf"[Ii]nspection\s+of\s+{_AREA}\s+(?:(?:[Cc]ouncil|local\s+authority)[’']?s?\s+)*"
            r"(?:local\s+authority\s+)?children[’']s\s+"
        ),
        re.compile(
            rf"(?:[Ff]ocused|[Mm]onitoring)\s+visit\s+(?:to|of)\s+{_AREA}"
            r"(?:[’']s?)?\s+(?:(?:[Cc]ouncil|local\s+authority)[’']?s?\s+)*children[’']s\s+"
        ),
        re.compile(rf"^{_AREA}(?:\s*$\n+^| – )(?:Re-?)?[Ii]nspection\s+of\s", re.MULTILINE),
        re.compile(rf"[Cc]hildren[’']s\s+services\s+in\s+{_AREA}\s+(?:are|is|require)"),
    ),
}
_FORCE_TITLES = (
    re.compile(r"[Ii]nspection\s+of\s+(?P<name>[^\n]+?(?:Police(?:\s+Service)?|Constabulary))"),
    re.compile(r"^(?P<area>[^\n]+?)\s+PEEL\s+(?:\w+\s+)?\d{4}", re.MULTILINE),
)
_CHIEF = re.compile(r"\bChief\s+Constable\b|\bCommissioner\b.*\bMetropolitan", re.IGNORECASE)
_SERVICE = rf"(?P<name>{PLACE}\s+Fire\s+(?:and|&)\s+Rescue\s+Service)\b"
_FIRE_SERVICES = (
    re.compile(rf"\b[Ii]nspection\s+of\s+(?:the\s+)?{_SERVICE}"),
    re.compile(rf"\b{_SERVICE}"),
)
_INSPECTORATE = re.compile(r"Inspect(?:orate|or)|HMI")
_INSPECTED_WHEN = re.compile(
    r"\binspection\s+(?:took\s+place|dates?\b|was\s+(?:carried\s+out|conducted|undertaken))"
    r"|\b(?:undertook|carried\s+out|conducted)\b|\bfieldwork\b|\bwe\s+inspected\b",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(r"inspection\s+date\s*:", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:previous|last|earlier|next)\s+inspection", re.IGNORECASE)
_NAMED_TWO = 2
_DEEP_DIVE = re.compile(
    r"deep[\s-]dive[’']?\s+(?:focus\s+)?(?:on|into|in)\s+"
    r"(?:the\s+)?(?:response\s+to\s+|effectiveness\s+of\s+services\s+for\s+)?(?P<theme>[^.]+)"
)
_RESPONSE_TO = re.compile(r"multi-agency\s+response\s+to\s+(?:the\s+)?(?P<theme>[^.\n]+)")
_IN_AREA = r"\s+in\s+(?:the\s+)?(?:[A-Z]\w+\s+){{0,3}}(?:of\s+)?{0}\b"


def read_area(opening: Opening, title: Found[str]) -> Found[str] | None:
    """Return the council area by its plain name ("Barnsley")."""
    for words in _AREAS.get(opening.kind, ()):
        found, titled = opening.search(words), words.search(title.value)
        # A title broken into lines is whole in ``title`` alone: "Kensington and" / "Chelsea".
        if titled and not (found and found["area"] == titled["area"]):
            return Found(official_area(titled["area"]), title.span)
        if found:
            return Found(official_area(found["area"]), Span(*found.span("area")))
    return None


def read_force(opening: Opening) -> Found[str] | None:
    """Return the police force that is inspected, or that is one of the partners inspected."""
    if opening.kind is ReportKind.PEEL:
        return _titled_force(opening)
    addressed = [item.span for item in opening.blocks if _CHIEF.search(item.text)]
    for span in addressed:
        if found := opening.search(FORCE, within=span):
            return Found(official_force(plain_force(found)), Span(*found.span()))
    return _most_named(opening)


def _titled_force(opening: Opening) -> Found[str] | None:
    for words in _FORCE_TITLES:
        found = opening.search(words)
        if found is None:
            continue
        if "name" in found.groupdict():
            return Found(official_force(found["name"]), Span(*found.span("name")))
        for force in FORCE.finditer(opening.text):
            if force["area"].endswith(found["area"]):
                start = force.end("area") - len(found["area"])
                name = f"{found['area']} {force['word']}"
                return Found(official_force(name), Span(start, force.end()))
    return _most_named(opening)


def _most_named(opening: Opening) -> Found[str] | None:
    named = list(FORCE.finditer(opening.canonical.text))
    if not named:
        return None
    counts = Counter(plain_force(found) for found in named)
    name = max(counts, key=lambda each: (counts[each], each))
    first = next(found for found in named if plain_force(found) == name)
    return Found(official_force(name), Span(*first.span()))


def read_fire_service(opening: Opening) -> Found[str] | None:
    """Return the fire service that is inspected: no inspectorate has it in its name."""
    for words in _FIRE_SERVICES:
        for found in words.finditer(opening.text):
            if not _INSPECTORATE.search(found["name"]):
                return Found(official_fire_service(found["name"]), Span(*found.span("name")))
    return None


def read_fieldwork(opening: Opening, published: date | None) -> Found[DateRange] | None:
    """Return the first and last day of the inspection, and the sentence that says them."""
    for span in opening.sentences_with(_INSPECTED_WHEN):
        sentence = span.of(opening.text)
        if _EARLIER.search(sentence):
            continue
        if found := next(find_ranges(sentence, no_later_than=published), None):
            return Found(found.days, span)
        if _ONE_DAY.match(sentence) and (one := next(find_dates(sentence), None)):
            return Found(DateRange(one.day, one.day), span)
    return None


def read_inspectorates(opening: Opening) -> Found[tuple[str, ...]] | None:
    """Return the inspectorates of a joint inspection, and the sentence that lists them."""
    for span in opening.sentences:
        names = named_inspectorates(span.of(opening.text))
        if len(names) >= _NAMED_TWO:
            return Found(names, span)
    return None


def read_theme(opening: Opening, area: str | None) -> Found[str] | None:
    """Return the short name of a joint inspection's theme, and the words for it in the letter.

    Where no known theme is told, the words themselves are the name.
    """
    candidates = list(_theme_words(opening, area))
    for span in candidates:
        if name := theme_name(span.of(opening.text)):
            return Found(name, span)
    if not candidates:
        return None
    words = " ".join(candidates[0].of(opening.text).split())
    return Found(words[:_THEME_CHARS].rstrip(), candidates[0])


def _theme_words(opening: Opening, area: str | None) -> Iterator[Span]:
    for words in (_DEEP_DIVE, _RESPONSE_TO):
        for found in words.finditer(opening.text):
            start, end = found.span("theme")
            theme = opening.text[start:end]
            if area and (place := re.search(_IN_AREA.format(re.escape(area)), theme)):
                end = start + place.start()
            yield Span(start, start + len(opening.text[start:end].rstrip(" ,;:")))
