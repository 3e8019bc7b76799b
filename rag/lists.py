"""Lists that must be complete: actions and strengths, from the parsed structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import ActionKind, Report, Span
from index.keywords import KeywordIndex
from rag.extractive import Claim, verbatim
from rag.patterns import compiled, matching
from rag.wording import coverage, without


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which list is asked for: kinds of action (none: strengths), and its name in words."""

    kinds: tuple[ActionKind, ...]
    name: str


_ASKED = compiled(
    {
        ListRequest((ActionKind.PRIORITY_ACTION,), "priority actions"): (r"\bpriority actions?\b",),
        ListRequest((ActionKind.CAUSE_OF_CONCERN,), "causes of concern"): (
            r"\bcauses? of concern\b",
        ),
        ListRequest((ActionKind.RECOMMENDATION,), "recommendations"): (r"\brecommend",),
        ListRequest((), "strengths"): (r"\bstrengths?\b",),
        ListRequest(
            (ActionKind.AREA_FOR_IMPROVEMENT, ActionKind.NEEDS_TO_IMPROVE), "areas for improvement"
        ): (r"\bimprov", r"\bafis?\b", r"\b(work on|get better at)\b"),
    }
)

_LIST_WORDS = (
    "list name give tell all every everything each point points area areas action actions "
    "priority improve improvement improvements improving recommendation recommendations cause "
    "causes concern concerns strength strengths key afi afis needs need must should make made "
    "told partners agency agencies inspectors inspection inspected letter report jtai force "
    "service partnership please what which were was there exactly cover covers set things work "
    "named identified found say said peel hmicfrs ofsted council police constabulary two three "
    "four five six seven eight nine ten headline main finding findings better get"
)
"""Words that ask for the list and do not narrow it."""

NARROW = 0.5
"""Share of the narrowing words' weight that a heading or an item must hold to be meant."""


@dataclass(frozen=True, slots=True)
class _Item:
    span: Span
    path: tuple[str, ...]


def read_list_request(question: str) -> ListRequest | None:
    """Return which list the question asks for, ``None`` if it is none that reports print."""
    return next(iter(matching(_ASKED, question.lower())), None)


def list_claims(
    request: ListRequest,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    """Return every item of the list, in the reports' order; empty if no report prints one.

    What the question says besides asking for the list narrows it: to the
    sections whose heading says it, else to the items that say it; with neither
    the list is not what was asked for. Words that are the report's own theme
    or title narrow nothing.
    """
    claims: list[Claim] = []
    for report in reports:
        narrowing = without(core, _LIST_WORDS, keywords)
        narrowing = without(narrowing, _about(report), keywords)
        items = _narrowed(_items(request, report), narrowing, report, keywords)
        claims += [verbatim(report, item.span) for item in items]
    return tuple(claims)


def _about(report: Report) -> str:
    metadata = report.metadata
    names = [metadata.title, metadata.theme or "", metadata.pillar or "", *metadata.bodies]
    return " ".join(
        [
            *names,
            *([metadata.evidence["theme"].of(report.text)] if "theme" in metadata.evidence else []),
        ]
    )


def _items(request: ListRequest, report: Report) -> list[_Item]:
    if request.kinds:
        return [
            _Item(action.span, report.sections[action.section].path)
            for action in report.actions
            if action.kind in request.kinds
        ]
    return [
        _Item(span, section.path)
        for section in report.sections
        if section.path and re.search(r"\bstrengths?\b", section.path[-1], re.IGNORECASE)
        for span in list_items(report.text, section.body)
    ]


def list_items(text: str, body: Span) -> list[Span]:
    """Return the bullets of a section, without their marks; its paragraphs if it has none."""
    lines = list(re.finditer(r"[^\n]+", text[body.start : body.end]))
    bullets = [m for m in lines if m[0].lstrip().startswith("•")]
    spans = [Span(m.start(), m.end()).shifted(body.start) for m in bullets or lines]
    return [_trimmed(text, span) for span in spans]


def _trimmed(text: str, span: Span) -> Span:
    said = span.of(text)
    start = span.start + len(said) - len(said.lstrip("• \t"))
    return Span(start, max(start, span.start + len(said.rstrip())))


def _narrowed(
    items: list[_Item],
    narrowing: Sequence[frozenset[str]],
    report: Report,
    keywords: KeywordIndex,
) -> list[_Item]:
    if not narrowing:
        return items
    in_heading = [
        (coverage(narrowing, keywords.analyse(" ".join(i.path)), keywords), i) for i in items
    ]
    if best := _best(in_heading):
        return best
    in_text = [
        (coverage(narrowing, keywords.analyse(i.span.of(report.text)), keywords), i) for i in items
    ]
    return _best(in_text)


def _best(scored: Sequence[tuple[float, _Item]]) -> list[_Item]:
    return [item for share, item in scored if share >= NARROW]
