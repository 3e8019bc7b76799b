"""Headings that announce a list of what a report asks for."""

from __future__ import annotations

import re

from index.documents import ActionKind

_S = r"(?:s|\(s\))?"
_FOR_WHOM = r"(?:\s+(?:for|to)\s+\S.{0,80})?"
# Matched as whole lines: "Case study: area for improvement" announces none.
_ANNOUNCED: tuple[tuple[ActionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{words}){_FOR_WHOM}", re.IGNORECASE))
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


def announced_kind(heading: str) -> ActionKind | None:
    """Return the kind of action that a heading announces a list of, if it does.

    >>> announced_kind("What needs to improve?")
    <ActionKind.NEEDS_TO_IMPROVE: 'needs_to_improve'>
    >>> announced_kind("Practice study: area for improvement") is None
    True
    """
    line = " ".join(heading.split()).rstrip(" .:?")
    return next((kind for kind, words in _ANNOUNCED if words.fullmatch(line)), None)
