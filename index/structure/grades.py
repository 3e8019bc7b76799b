"""The grades that inspectorates give, as they stand on a line of their own."""

from __future__ import annotations

import re

GRADES = (
    "Outstanding",
    "Good",
    "Adequate",
    "Requires improvement to be good",
    "Requires improvement",
    "Inadequate",
)
# States, not grades: never to be ranked among them.
UNGRADED = ("Ungraded", "Not graded", "Not yet graded", "To be graded", "Not inspected")

_BY_NAME = {name.lower(): name for name in (*GRADES, *UNGRADED)}
GRADE_PATTERN = "|".join(name.replace(" ", r"\s+") for name in (*GRADES, *UNGRADED))
_GRADE_LINE = re.compile(
    r"(?:(?:overall\s+)?(?:grade|judge?ment|rating|graded)\s*(?:[:–-]|is\b)?\s*)?"
    rf"(?P<grade>{GRADE_PATTERN})\s*\.?",
    re.IGNORECASE,
)
_ENDING_GRADE = re.compile(rf"(?P<title>.+?)\s*[:–]\s*(?P<grade>{GRADE_PATTERN})", re.IGNORECASE)


def grade_line(text: str) -> str | None:
    """Return the grade that a line consists of, in its usual spelling; None for any other line.

    >>> grade_line("Judgment: requires improvement")
    'Requires improvement'
    >>> grade_line("Good progress has been made.") is None
    True
    """
    found = _GRADE_LINE.fullmatch(text.strip())
    return _BY_NAME[" ".join(found["grade"].lower().split())] if found else None


def ending_grade(text: str) -> tuple[str, str] | None:
    """Return a line's title and the grade after its colon, if it ends in one.

    >>> ending_grade("Children in care: requires improvement to be good")
    ('Children in care', 'requires improvement to be good')
    """
    found = _ENDING_GRADE.fullmatch(text.strip())
    return (found["title"], found["grade"]) if found else None


def is_ungraded(grade: str) -> bool:
    return grade in UNGRADED
