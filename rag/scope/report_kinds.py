"""Which kind of report a question names: PEEL, joint inspection, children's services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.documents import ReportKind

_NAMES = (
    (ReportKind.PEEL, re.compile(r"\bPEEL\b")),
    (
        ReportKind.PEEL,
        re.compile(
            r"\bpeel\s+(?:reports?|assessments?|inspections?|grades?|judge?ments?|20\d\d|\d\d/)"
            r"|(?:20\d\d|/\d\d|police|hmicfrs|last|latest)\s+peel\b",
            re.IGNORECASE,
        ),
    ),
    (
        ReportKind.JTAI,
        re.compile(
            r"\bJTAIs?\b"
            r"|\bjoint\s+(?:targeted\s+)?(?:area\s+)?(?:child\s+protection\s+)?inspections?\b"
            r"|\btargeted\s+area\s+inspections?\b",
            re.IGNORECASE,
        ),
    ),
    (
        ReportKind.CHILDRENS_SERVICES,
        re.compile(
            r"\bILACS\b|\binspections?\s+of\s+(?:local\s+authority\s+)?children['’]?s['’]?\s+services\b"
            r"|\bchildren['’]?s['’]?\s+services\s+(?:inspections?|reports?|judge?ments?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        ReportKind.FIRE,
        re.compile(
            r"\bfire\s+and\s+rescue\s+(?:service\s+)?(?:inspections?|reports?|assessments?)\b",
            re.IGNORECASE,
        ),
    ),
)
_EARLIER = re.compile(
    r"\b(?:since|before|after|following|until|previous|last)\s+(?:[\w'’]+\s+){0,3}$", re.IGNORECASE
)
_GRADE = re.compile(
    r"\b(?:what|which)\s+(?:(?!time|risk)\w+\s+){0,3}(?:grades?|ratings?|judge?ments?)\b"
    r"|\bhow\s+(?:was|were|is)\b[^?]{0,60}\b(?:graded|rated|judged)\b"
    r"|\b(?:get|got|given|received?|awarded)\s+(?:an?\s+)?[\w“”'\" ]{0,30}\b(?:grade|rating)s?\b"
    r"|\b(?:graded|rated|judged)\s+(?:as\s+)?[“‘'\"]?"
    r"(?:outstanding|good|adequate|requires\s+improvement|inadequate)\b"
    r"|(?<!risk )(?<!time )\b(?:grade|rating)s?\s+(?:of|for|on)\b"
    r"|\b(?:effectiveness|efficiency|legitimacy|overall)\s+(?:grade|rating|judge?ment)\b",
    re.IGNORECASE,
)


def kinds_named(question: str) -> tuple[tuple[ReportKind, ...], tuple[ReportKind, ...]]:
    """Return the kinds of report asked about, and those named as something earlier.

    "Since the JTAI" is of the second sort: it may choose among reports, and its
    absence refuses nothing.
    """
    found = list(_found(question))
    asked = tuple(dict.fromkeys(kind for kind, earlier in found if not earlier))
    return asked, tuple(dict.fromkeys(kind for kind, earlier in found if earlier))


def _found(question: str) -> Iterator[tuple[ReportKind, bool]]:
    for kind, pattern in _NAMES:
        for match in pattern.finditer(question):
            yield kind, bool(_EARLIER.search(question[: match.start()]))


def asks_for_grade(question: str) -> bool:
    """Whether ``question`` asks how a body was graded, not how something is graded by it."""
    return bool(_GRADE.search(question))
