"""When a report's inspection was, by whom and about what: fields that a sentence of it states."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Report, ReportKind, Span
from index.passages.sentences import sentence_around
from index.store.keywords import KeywordIndex
from rag.extractive import Claim, report_name, verbatim
from rag.patterns import compiled, matching
from rag.wording import coverage, without

_WHERE = (
    r"(?:areas?|letters?|reports?|inspections?|jtais?|boroughs?|councils?|forces?|places?"
    r"|partnerships?|constabularies|authorities|cities|counties)"
)
_FIELDS = compiled(
    {
        "fieldwork": (
            r"\b(when|what dates?|which (dates?|month|week|year)|dates)\b[^?]*\b(inspect\w*|jtai|"
            r"fieldwork|visit\w*|take place|took place|there|on site|carried out)\b",
            r"\b(inspect\w*|fieldwork|jtai|deep dive)\b[^?]*\b(when|what dates?|dates)\b",
            r"\bwhen was (that|it|this)\b",
            rf"\b(which|what|list|name)\b[^?]*\b{_WHERE} [^?]*\b(inspect|visit)ed\b[^?]*\b20\d\d\b",
        ),
        "inspectorates": (
            r"\binspectorates?\b",
            r"\b(probation|cqc|ofsted|hmicfrs|constabulary) (inspectors?|take part)\b",
            r"\bwho (carried out|did|made|inspected|conducted|took part)\b",
            r"\b(probation|cqc|ofsted|hmicfrs)\b[^?]*\b(take part|took part|part of|involved|"
            r"one of them)\b",
        ),
        "theme": (
            r"\bdeep dive\b",
            r"\b(theme|focus)\b",
            r"\bwhat was the (inspection|jtai)\b[^?]*\b(about|on)\b",
            r"\b(which|what) ([a-z]+ )*(areas?|letters?|reports?|boroughs?|councils?|forces?)"
            r"\b[^?]*\b(inspect\w*|jtai)\b[^?]*\b(on|about|into|how)\b",
            rf"\b(which|what) ([a-z]+ )*{_WHERE} ((that|is|are|was|were|had|have|been) )*"
            r"(about|(look|focus|inspect|centr)\w* (at|on|into|about|for))\b",
        ),
        "published": (r"\b(when|date)\b[^?]*\b(publish\w*|issued|publication)\b",),
        "updated": (r"\b(when|date)\b[^?]*\bupdated\b", r"\blast updated\b"),
    }
)
"""Fields of a report's metadata that have a span as evidence, and how they are asked for."""

_UNSTATED = {
    "fieldwork": "when the inspection took place",
    "inspectorates": "which inspectorates took part",
    "theme": "a theme of its inspection",
    "published": "when it was published",
    "updated": "when it was updated",
}
_WHOSE_YEAR = re.compile(
    r"\b(?:which|what|list|name)\b[^?]*\b(?:inspect|visit)ed (?:in|during) (?:the year )?(20\d\d)\b"
)
_YEAR_STATED = ("fieldwork", "cycle", "published", "title")
"""What says the year of an inspection, the surest first."""

_STRUCTURE_WORDS = (
    "what's when what which who date dates month year inspect inspected inspection inspections "
    "inspector inspectors inspectorate inspectorates fieldwork visit visited carry carried out "
    "take took place part involved conducted made done deep dive theme focus focused special main "
    "about look looked letter letters report reports jtai jtais peel joint targeted area areas "
    "borough boroughs council councils force forces one them was were did and the publish "
    "published updated last latest recent recently exactly page there site probation ofsted cqc "
    "hmicfrs constabulary constabularies authorities places care quality commission police how "
    "agencies respond response that this it list name all every most"
)
_SAME_THEME = 0.35
"""Share of a question's theme words that the nearest report's statement of its theme must hold."""
_AS_NEAR = 0.95
"""Share of the nearest report's share from which on another is about the same theme."""
_MOSTLY = 0.5
"""Share of a question's theme words that a theme must hold to be the one that is asked for."""
_LEFT_OVER = 0.34
"""More of the question than this outside the words of structure: it asks about something else."""
_MOST_NAMED = 3


def stated_fields(
    question: str,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[tuple[Claim, ...], str | None]:
    """Return the sentences that state what is asked, and which reports state none of it.

    Neither where the question asks for no field, or for more than one.
    """
    lowered = question.lower().replace("’", "'")
    fields = matching(_FIELDS, lowered)
    if not fields:
        return (), None
    asked = without(core, f"{_STRUCTURE_WORDS} {_names_in(reports)}", keywords)
    if in_year := _WHOSE_YEAR.search(lowered):
        fields = [*fields, "cycle"]
        reports = [report for report in reports if _inspected_in(in_year[1], report)]
    about = _about(reports, asked, keywords)
    if asked and not about and _share(asked, core, keywords) > _LEFT_OVER:
        return (), None
    if asked and about and "theme" not in fields:
        fields.append("theme")
    held = [(report, _places(fields, report)) for report in about or reports]
    claims = tuple(verbatim(report, span) for report, spans in held for span in spans)
    return claims, _unstated(fields, [report for report, spans in held if not spans])


def _names_in(reports: Sequence[Report]) -> str:
    """Return the names of the bodies inspected: their own reports say nothing by them."""
    names = (name for r in reports for name in (*r.metadata.bodies, r.metadata.area) if name)
    return " ".join(dict.fromkeys(names))


def _inspected_in(year: str, report: Report) -> bool:
    """Whether the inspection was in a year, by its dates; a PEEL's also by its cycle's name."""
    metadata = report.metadata
    cycle = (metadata.cycle or "").startswith(year)
    if metadata.fieldwork is None:
        return cycle
    days = (metadata.fieldwork.first, metadata.fieldwork.last)
    return year in {str(day.year) for day in days} or (cycle and metadata.kind is ReportKind.PEEL)


def _places(fields: Sequence[str], report: Report) -> list[Span]:
    """Return the sentences that state the fields, in the report's order, each once."""
    evidence = report.metadata.evidence
    if "cycle" in fields:
        fields = [next((name for name in _YEAR_STATED if name in evidence), "cycle")]
    stated = {sentence_around(report.text, evidence[name]) for name in fields if name in evidence}
    return sorted(stated)


def _unstated(fields: Sequence[str], silent: Sequence[Report]) -> str | None:
    if not silent:
        return None
    what = " or ".join(_UNSTATED[name] for name in fields if name in _UNSTATED)
    if len(silent) > _MOST_NAMED:
        return f"{len(silent)} of the reports searched do not state {what}."
    names = " and ".join(map(report_name, silent))
    return f"{names} {'does' if len(silent) == 1 else 'do'} not state {what}."


def _about(
    reports: Sequence[Report], asked: Sequence[frozenset[str]], keywords: KeywordIndex
) -> list[Report]:
    """Return the reports whose theme comes nearest to what the question's other words name.

    A theme that is asked for as a whole is as near as any, however it is stated.
    """
    said = {report.report_id: _theme_words(report, keywords) for report in reports}
    held = {name: coverage(asked, words, keywords) for name, words in said.items() if asked}
    best = max(held.values(), default=0.0)
    if best < _SAME_THEME:
        return []
    return [
        report
        for report in reports
        if held[report.report_id] >= _AS_NEAR * best or _is_theme(report, asked, keywords)
    ]


def _is_theme(report: Report, asked: Sequence[frozenset[str]], keywords: KeywordIndex) -> bool:
    """Whether all of a report's theme is asked for, and little beside it."""
    theme = keywords.analyse(report.metadata.theme or "")
    tokens = {token for group in asked for token in group}
    return tokens.issuperset(theme) and coverage(asked, theme, keywords) >= _MOSTLY


def _theme_words(report: Report, keywords: KeywordIndex) -> frozenset[str]:
    theme, evidence = report.metadata.theme or "", report.metadata.evidence
    stated = evidence["theme"].of(report.text) if "theme" in evidence else ""
    return frozenset(keywords.analyse(f"{theme} {stated}"))


def _share(
    part: Sequence[frozenset[str]], whole: Sequence[frozenset[str]], keywords: KeywordIndex
) -> float:
    held = {token for group in part for token in group}
    return coverage(whole, held, keywords)
