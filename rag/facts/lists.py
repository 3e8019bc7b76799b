"""Lists that must be complete: actions and strengths, from the parsed structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import ActionKind, Report, Span
from index.store.keywords import KeywordIndex
from rag.extractive import Claim, verbatim
from rag.patterns import compiled, matching
from rag.wording import coverage, without


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which list is asked for: kinds of action (none: strengths), and its name in words."""

    kinds: tuple[ActionKind, ...]
    name: str
    one: str
    """The name of a single item."""
    parts: tuple[ListRequest, ...] = ()
    """The lists, in the question's order, where several are asked for at once."""


_ASKED = compiled(
    {
        ListRequest((ActionKind.PRIORITY_ACTION,), "priority actions", "priority action"): (
            r"\bpriority actions?\b",
        ),
        ListRequest((ActionKind.CAUSE_OF_CONCERN,), "causes of concern", "cause of concern"): (
            r"\bcauses? of concern\b",
        ),
        ListRequest((ActionKind.RECOMMENDATION,), "recommendations", "recommendation"): (
            r"\brecommend",
        ),
        ListRequest((), "strengths", "strength"): (r"\bstrengths?\b",),
        ListRequest(
            (ActionKind.AREA_FOR_IMPROVEMENT, ActionKind.NEEDS_TO_IMPROVE),
            "areas for improvement",
            "area for improvement",
        ): (r"\bimprov", r"\bafis?\b", r"\b(work on|get better at)\b"),
    }
)

COUNTED_NAMES = (
    *((request.one, request.name) for request, _ in _ASKED),
    ("judgement", "judgements"),
)
"""What is counted in an answer: one of it and several."""

LISTED = (
    r"(?:areas? (?:for|of) (?:improvement|concern|priority action)|improvement (?:areas|points)"
    r"|priority actions?|recommendations?|causes? of concern|strengths?|afis?)\b"
)
"""What the items of a list are called."""

_LIST_WORDS = (
    "list name give tell all every everything each point points area areas action actions "
    "priority improve improvement improvements improving recommendation recommendations cause "
    "causes concern concerns strength strengths key afi afis needs need must should make made "
    "told partners agency agencies inspectors inspection inspected letter report jtai force "
    "service partnership please what which were was there exactly cover covers set things work "
    "named identified found say said peel hmicfrs ofsted council police constabulary two three "
    "four five six seven eight nine ten headline main finding findings better get letters reports "
    "contain contains include includes mention mentions receive received print prints printed "
    "many number count total altogether areas forces councils boroughs authority authorities "
    "partnerships place places city cities county counties body bodies"
)
"""Words that ask for the list and do not narrow it."""

_MARKS = "• \t"
NARROW = 0.5
"""Share of the narrowing words' weight that a heading or an item must hold to be meant."""


@dataclass(frozen=True, slots=True)
class _Item:
    span: Span
    path: tuple[str, ...]


_NAMES = re.compile(rf"\b(?:{LISTED}|(?:needs?|has|have) to improve\b)")
_JOINED = re.compile(r",|&|\b(?:and|or|plus|as well as|along with|together with)\b")


def read_list_request(question: str) -> ListRequest | None:
    """Return which list the question asks for, ``None`` if it is none that reports print.

    >>> read_list_request("What are its strengths and areas for improvement?").name
    'strengths and areas for improvement'
    """
    text = question.lower()
    named = list(_NAMES.finditer(text))
    lists = tuple(dict.fromkeys(_list_named(match[0]) for match in named))
    if len(lists) > 1 and _JOINED.search(text[named[0].end() : named[-1].start()]):
        return ListRequest(
            kinds=tuple(kind for own in lists for kind in own.kinds),
            name=" and ".join(own.name for own in lists),
            one=" or ".join(own.one for own in lists),
            parts=lists,
        )
    return next(iter(matching(_ASKED, text)), None)


def _list_named(name: str) -> ListRequest:
    """Return the list of a name; "areas of concern" and the like are areas for improvement."""
    return next(iter(matching(_ASKED, name)), _ASKED[-1][0])


def list_claims(
    request: ListRequest,
    reports: Sequence[Report],
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[Claim, ...]:
    """Return every item of the list, in the reports' order; empty if no report prints one.

    What the question says besides asking for the list narrows it: to the
    sections whose heading says it, else to the items that say it. Words that
    no heading and no item has narrow nothing, nor do those of the report's
    own theme or title: a list too long is better than one that lacks a point.
    """
    if request.parts:
        own = [c for part in request.parts for c in list_claims(part, reports, core, keywords)]
        order = [report.report_id for report in reports]
        return tuple(sorted(own, key=lambda claim: order.index(claim.quotes[0].report_id)))
    found = [(report, *_items_meant(request, report, core, keywords)) for report in reports]
    # Where some reports have what narrows the list, those that do not are not meant.
    narrowed = any(is_narrowed for _, _, is_narrowed in found)
    return tuple(
        verbatim(report, item.span)
        for report, items, is_narrowed in found
        if is_narrowed or not narrowed
        for item in items
    )


def _items_meant(
    request: ListRequest,
    report: Report,
    core: Sequence[frozenset[str]],
    keywords: KeywordIndex,
) -> tuple[list[_Item], bool]:
    """Return the items, and whether the question's words narrowed the list."""
    items = _items(request, report)
    narrowing = without(core, _LIST_WORDS, keywords)
    narrowing = without(narrowing, _about(report), keywords)
    return _narrowed(items, narrowing, report, keywords)


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
    trimmed = (_trimmed(text, span) for span in spans)
    return [span for span in trimmed if span]


def _trimmed(text: str, span: Span) -> Span:
    said = span.of(text)
    start = span.start + len(said) - len(said.lstrip(_MARKS))
    return Span(start, max(start, span.start + len(said.rstrip())))


def _narrowed(
    items: list[_Item],
    narrowing: Sequence[frozenset[str]],
    report: Report,
    keywords: KeywordIndex,
) -> tuple[list[_Item], bool]:
    headings = [frozenset(keywords.analyse(" ".join(item.path))) for item in items]
    texts = [frozenset(keywords.analyse(item.span.of(report.text))) for item in items]
    everything = frozenset().union(*headings, *texts)
    able = [group for group in narrowing if not group.isdisjoint(everything)]
    for places in (headings, texts) if able else ():
        held = [coverage(able, place, keywords) >= NARROW for place in places]
        if any(held):
            return [item for item, holds in zip(items, held, strict=True) if holds], True
    return items, False
