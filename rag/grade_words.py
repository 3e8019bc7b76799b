"""Grades that a question names: "graded inadequate", "which forces are outstanding?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = r"(?:outstanding|good|adequate|inadequate|requir(?:es?|ed|ing) improvement)"
_SOME = rf"[“‘'\"]?(?P<grades{{}}>{_ONE}[”’'\"]?(?:(?:,? or |,? and |, |/)[“‘'\"]?{_ONE})*)\b"
_LINKS = r"(?:(?:as|to be|of|is|are|was|were|an?|being|either|at|overall|still|only)\s+)"
_JUDGED = r"(?:grad(?:e|es|ed|ing)|rat(?:e|ed|ing|ings)|judged?|judge?ments?)"
_SUBJECTS = (
    r"(?:forces?|constabular(?:y|ies)|areas?|questions?|aspects?|parts?|things?|services?|ones?"
    r"|bod(?:y|ies)|anything|everything|pillars?)"
)
_ENDS = r"(?=\s*(?:$|[?,.;”’'\"]|(?:at|in|for|on|by|overall|anywhere|or|and|with)\b))"
"""What follows a grade that stands alone; a noun makes it mean something else."""

_STRONG = re.compile(
    rf"\b{_JUDGED}\s+{_LINKS}{{0,3}}{_SOME.format(1)}"
    rf"|\b{_SOME.format(2)}[”’'\"]?\s+(?:grad(?:e|es)|ratings?|judge?ments?)\b"
)
_REQUIRING = r"requir(?:es?|ing) improvement"
_STANDING = rf"(?:outstanding|inadequate|{_REQUIRING})"
_WEAK = re.compile(
    rf"\b(?:which|what|how many|any|every|all|where)\b[^?]*?"
    rf"\b(?:{_SUBJECTS}|is|are|was|were|do|does)\s+"
    rf"(?:[\w’']+\s+){{0,4}}?(?P<grades3>{_STANDING}){_ENDS}"
    rf"|^\W*(?:(?:and|but|so)\s+)?(?:is|are|was|were|do|does|did)\b[^?]*?"
    rf"\b(?P<grades4>{_STANDING}){_ENDS}"
    rf"|\b{_SUBJECTS}\s+(?:(?:that|which|is|are|was|were)\s+){{0,2}}(?P<grades5>{_STANDING}){_ENDS}"
)
_OTHERWISE_OUTSTANDING = re.compile(
    r"\b(?:actions?|afis?|recommend\w*|warrants?|suspects?|cases?|tasks?|crimes?|calls?|checks?"
    r"|(?:areas?|causes?) (?:for|of) \w+|work|enquir\w+|visits?|bail|offenders?)\b"
)
_NAMES = {
    "Outstanding": r"\boutstanding\b",
    "Good": r"\bgood\b",
    "Adequate": r"\badequate\b",
    "Requires improvement": r"\brequir\w+ improvement\b",
    "Inadequate": r"\binadequate\b",
}
_LABELS = re.compile(r"\b(?:grades|ratings|judge?ments)\b")
_LISTED = re.compile(
    r"\b(?:areas? (?:for|of) (?:improvement|concern)|priority actions?|recommendations?"
    r"|causes? of concern|strengths?|afis?)\b"
)


@dataclass(frozen=True, slots=True)
class NamedGrades:
    """The grades as reports print them; ``certain`` where the question says that they are grades.

    "Which areas are inadequate?" is about grades only where there are any.
    """

    grades: tuple[str, ...]
    certain: bool


def named_grades(question: str) -> NamedGrades | None:
    """Return the grades that the question asks for by name, ``None`` if it asks for none.

    >>> named_grades("Which forces were graded good or outstanding?").grades
    ('Outstanding', 'Good')
    >>> named_grades("How good is supervision?") is None
    True
    """
    text = question.lower()
    found, certain = _STRONG.search(text), True
    if found is None:
        found, certain = _WEAK.search(text), False
    if found is None or (not certain and _OTHERWISE_OUTSTANDING.search(text)):
        return None
    said = next(group for group in found.groups() if group)
    return NamedGrades(tuple(n for n, rule in _NAMES.items() if re.search(rule, said)), certain)


def asks_for_grades(question: str) -> bool:
    """Whether grades are what is asked for: by name, or as "all the grades", and no list is."""
    text = question.lower()
    if named_grades(text) is not None:
        return True
    return bool(_LABELS.search(text)) and not _LISTED.search(text)
