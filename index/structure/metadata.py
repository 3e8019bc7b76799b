"""What a report says about itself, each field with the span that says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from index.documents import DateRange, Metadata, ReportKind, Span
from index.readers.blocks import SourceDocument
from index.structure.canonical import CanonicalText
from index.structure.dates import date_in_name, find_dates, whole_date
from index.structure.inspected import (
    read_area,
    read_fieldwork,
    read_fire_service,
    read_force,
    read_inspectorates,
    read_theme,
)
from index.structure.opening import Found, Opening
from index.structure.titles import PILLARS, read_kind, read_title

_TOP_BLOCKS = 12  # a letter's date stands at its top, below the sender's address
_DISCLAIMER_BLOCKS = 8
# Whole labels: "our previous report was published on" is about another date.
_PUBLISHED = re.compile(
    r"(?:(?:this\s+)?(?:report|letter|page|document)\s+)?(?:was\s+)?(?:first\s+)?published(?:\s+on)?"
    r"|publication\s+date|date\s+(?:of\s+publication|published)",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"(?:(?:this\s+)?(?:report|letter|page|document)\s+)?(?:was\s+)?"
    r"(?:(?:last\s+)?updated|last\s+modified)(?:\s+on)?",
    re.IGNORECASE,
)
_OTHER_DATE = re.compile(
    rf"(?:{_UPDATED.pattern}|(?:.{{0,40}}\b)?(?:inspection|visit|review|fieldwork|due)\s+dates?"
    r"|(?:date\s+of\s+)?(?:the\s+)?(?:last|previous|next)\s+(?:inspection|report|review|visit).{0,20})",
    re.IGNORECASE,
)
_AROUND_LABEL = " \n\t:,;()–-"
_COLUMN = re.compile(r"[|\t·]")
_PEEL_CYCLE = re.compile(
    r"(?:PEEL|legitimacy)\b[^\n]{0,30}?(?P<cycle>20\d\d(?:[/–-](?:20)?\d\d)?)(?!\d)", re.IGNORECASE
)
_PILLAR = re.compile(rf"\b(?:{'|'.join(PILLARS)})\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:(?:source|url|address|available\s+at|original)\s*:?\s*)?<?(?P<url>https?://[^\s<>]+)>?$",
    re.IGNORECASE,
)
_INVENTED = re.compile(
    r"\b(?:an?|is|are|wholly|entirely|purely)\s+(?:invented|fictitious|fictional|made[ -]up)\b",
    re.IGNORECASE,
)
_SAMPLE = re.compile(r"\b(?:samples?|examples?|reports?)\b", re.IGNORECASE)
# HMIC became HMICFRS in July 2017; the PEEL reports of 2017 came out after that.
_LAST_HMIC_CYCLE = "2016"


def read_metadata(document: SourceDocument, canonical: CanonicalText) -> Metadata:
    """Return the report's metadata; a field that the report does not state is empty.

    A report of a PEEL cycle has the cycle as printed ("2018", "2021/22"). Any
    other has the year it was published in, by which such reports are cited;
    the year of its fieldwork where it states no date of publication.
    """
    kind = read_kind(Opening(canonical), document)
    opening = Opening(canonical, kind)
    fields = _dates(opening, document)
    title = read_title(opening, document)
    fields |= {"title": title} | _bodies(opening, title)
    fields |= _inspection(opening, fields)
    fields["cycle"] = _cycle(opening, fields)
    fields["url"] = Found(document.url) if document.url else _url(opening)
    fields["invented"] = _says_invented(opening)
    fields |= _issuers(opening, fields)
    return _assembled(kind, fields)


Fields = dict[str, Found[Any] | None]


def _assembled(kind: ReportKind, fields: Fields) -> Metadata:
    found = {name: field for name, field in fields.items() if field is not None}
    evidence: Mapping[str, Span] = MappingProxyType(
        {name: field.span for name, field in found.items() if field.span is not None}
    )
    values = {name: field.value for name, field in found.items()}
    return Metadata(kind=kind, evidence=evidence, **values)


def _dates(opening: Opening, document: SourceDocument) -> Fields:
    published = _labelled(opening, _PUBLISHED) or _letter_date(opening)
    if published is None and opening.kind is not ReportKind.OTHER:
        in_name = date_in_name(document.name)
        published = Found(in_name) if in_name else None
    return {"published": published, "updated": _labelled(opening, _UPDATED)}


def _labelled(opening: Opening, label: re.Pattern[str]) -> Found[date] | None:
    """Return the first date that has the label right before it, or as the line above."""
    after = 0
    for found in find_dates(opening.text):
        before = opening.text[after : found.span.start].rstrip()
        words = _COLUMN.split(before.rpartition("\n")[2])[-1]
        if label.fullmatch(words.strip(_AROUND_LABEL)):
            return Found(found.day, found.span)
        after = found.span.end
    return None


def _letter_date(opening: Opening) -> Found[date] | None:
    above = ""
    for item in opening.blocks[:_TOP_BLOCKS]:
        day = whole_date(item.text)
        if day and not _OTHER_DATE.fullmatch(above.strip(_AROUND_LABEL)):
            return Found(day, item.content)
        above = item.text
    return None


def _bodies(opening: Opening, title: Found[str]) -> Fields:
    """Return the area and the bodies: the inspected one first."""
    area = read_area(opening, title)
    match opening.kind:
        case ReportKind.JTAI:
            others = read_force(opening)
        case ReportKind.PEEL:
            others = read_force(opening)
        case ReportKind.FIRE:
            others = read_fire_service(opening)
        case ReportKind.CHILDRENS_SERVICES | ReportKind.OTHER:
            others = None
    named = tuple(found.value for found in (area, others) if found)
    spans = [found.span for found in (others, area) if found]
    return {"area": area, "bodies": Found(named, spans[0]) if named else None}


def _inspection(opening: Opening, fields: Fields) -> Fields:
    published, area = fields["published"], fields["area"]
    joint = opening.kind is ReportKind.JTAI
    return {
        "fieldwork": read_fieldwork(opening, published.value if published else None),
        "theme": read_theme(opening, area.value if area else None) if joint else None,
        "pillar": _pillar(opening),
    }


def _pillar(opening: Opening) -> Found[str] | None:
    """Return the pillar that a PEEL page is about: a line of its own near the top."""
    if opening.kind is not ReportKind.PEEL:
        return None
    for item in opening.blocks[:_DISCLAIMER_BLOCKS]:
        words = item.text.split("–")[-1].split(":")[-1].strip()
        if words in PILLARS:
            start = item.content.end - len(words)
            return Found(words, Span(start, item.content.end))
    return None


def _cycle(opening: Opening, fields: Fields) -> Found[str] | None:
    if opening.kind is ReportKind.PEEL:
        found = opening.search(_PEEL_CYCLE)
        return Found(found["cycle"], Span(*found.span("cycle"))) if found else None
    published, fieldwork = fields["published"], fields["fieldwork"]
    if published:
        return Found(str(published.value.year), published.span)
    if fieldwork and isinstance(fieldwork.value, DateRange):
        return Found(str(fieldwork.value.last.year), fieldwork.span)
    return None


def _issuers(opening: Opening, fields: Fields) -> Fields:
    """Return the inspectorates, and as publisher those who issued the report."""
    match opening.kind:
        case ReportKind.JTAI:
            joint = read_inspectorates(opening)
            if joint is None:
                return {}
            return {"inspectorates": joint, "publisher": Found(_listed(joint.value), joint.span)}
        case ReportKind.PEEL | ReportKind.FIRE:
            if fields["invented"]:
                return {}  # it only has the shape of a report of theirs
            cycle = fields["cycle"]
            name = "HMIC" if cycle and cycle.value <= _LAST_HMIC_CYCLE else "HMICFRS"
        case ReportKind.CHILDRENS_SERVICES:
            name = "Ofsted"
        case ReportKind.OTHER:
            return {"inspectorates": read_inspectorates(opening)}
    return {"inspectorates": Found((name,)), "publisher": Found(name)}


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _url(opening: Opening) -> Found[str] | None:
    for item in opening.blocks[:_DISCLAIMER_BLOCKS]:
        if found := _ADDRESS.match(item.text):
            start = item.content.start + found.start("url")
            return Found(found["url"], Span(start, start + len(found["url"])))
    return None


def _says_invented(opening: Opening) -> Found[bool] | None:
    end = opening.blocks[:_DISCLAIMER_BLOCKS][-1].span.end if opening.blocks else 0
    for span in opening.sentences_with(_INVENTED):
        if span.end <= end and _SAMPLE.search(span.of(opening.text)):
            return Found(value=True, span=span)
    return None
