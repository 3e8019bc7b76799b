"""Headings that announce a list of what a report asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.documents import ActionKind

_S = r"(?:s|\(s\))?"
_NUMBER = r"(?:\s+\d{1,3}(?:(?:\s*[,&–]\s*|\s+(?:and|to)\s+)\d{1,3})*)?"
_FOR_WHOM = r"(?:\s+(?:for|to)\s+\S.{0,80})?"
_ABOUT = r"(?:\s*:\s*|\s+[–—-]\s+)(?P<rest>\S.{0,200})"
# What is said of actions of an earlier report, or of what became of them.
_LOOKING_BACK = re.compile(
    r"\b(?:progress|previous(?:ly)?|since|implemented|closed|discharged|addressed|completed"
    r"|achieved|met|updates?|status|responses?|follow(?:ed|ing)?[\s-]+up)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:should|must|needs?\s+to)\b", re.IGNORECASE)
# Matched as whole lines: "Case study: area for improvement" announces none.
_ANNOUNCED: tuple[tuple[ActionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?P<label>{words}){_NUMBER}(?:{_ABOUT}|{_FOR_WHOM})", re.IGNORECASE))
    for kind, words in (
        (
            ActionKind.PRIORITY_ACTION,
            rf"(?:area{_S}\s+for\s+)?(?:priority|immediate|priority\s+and\s+immediate)\s+action{_S}",
        ),
        (
            ActionKind.AREA_FOR_IMPROVEMENT,
            rf"area{_S}\s+(?:for|of)\s+(?:further\s+)?(?:improvement|development){_S}",
        ),
        (ActionKind.CAUSE_OF_CONCERN, rf"(?:accelerated\s+)?cause{_S}\s+of\s+concern"),
        (ActionKind.RECOMMENDATION, rf"(?:key\s+|national\s+|our\s+)?recommendation{_S}"),
        (
            ActionKind.NEEDS_TO_IMPROVE,
            r"what\s+(?:.{1,60}\s+)?needs?\s+to\s+(?:do\s+to\s+)?(?:improve|do\s+better)"
            r"|areas?\s+that\s+needs?\s+to\s+improve|needs?\s+to\s+improve",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """The kind of action that a heading announces, and the words that do.

    ``wish`` is where in the heading the action itself begins, for one that says
    it at once ("Area for improvement: the force should ...").
    """

    kind: ActionKind
    label: str
    wish: int | None = None


def announcement(heading: str) -> Announcement | None:
    """Return what a heading announces, if it announces actions."""
    line = heading.rstrip(" .:?")
    for kind, words in _ANNOUNCED:
        if found := words.fullmatch(line):
            rest = found["rest"] or ""
            wish = found.start("rest") if asks(rest) else None
            if wish is None and _LOOKING_BACK.search(rest):
                return None
            return Announcement(kind, found["label"], wish)
    return None


def announced_kind(heading: str) -> ActionKind | None:
    """Return the kind of action that a heading announces a list of, if it does.

    >>> announced_kind("What needs to improve?")
    <ActionKind.NEEDS_TO_IMPROVE: 'needs_to_improve'>
    >>> announced_kind("Practice study: area for improvement") is None
    True
    """
    found = announcement(heading)
    return found.kind if found else None


def asks(words: str) -> bool:
    """Return whether the words themselves say what should be done."""
    return _ASKS.search(words) is not None
