"""Lists that print a grade first and below it what was given that grade.

Reports sum up their judgements so: "Good", then the questions judged good. Read
as a title and its grade, such a list would shift every grade by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.readers.blocks import BlockKind
from index.structure.announcements import announced_kind
from index.structure.canonical import PlacedBlock
from index.structure.dates import find_dates
from index.structure.grades import grade_line

_TITLE_CHARS = 200
_OF_JUDGEMENTS = re.compile(
    r"(?:(?:summary|overview)\s+of\s+)?(?:(?:our|the)\s+)?(?:graded\s+)?(?:judge?ments|grades|ratings)"
    r"(?:\s+(?:at\s+a\s+glance|in\s+brief|summary))?",
    re.IGNORECASE,
)
_NO_GRADE = re.compile(r"not\s+(?:judged|applicable|assessed|inspected)|n/a|[–—-]", re.IGNORECASE)
_SPEAKS_OF_LIST = re.compile(r"\b(?:judge|grade|assess|follow|below)", re.IGNORECASE)
_TITLE_KINDS = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.BULLET})


def grades_above_titles(blocks: Sequence[PlacedBlock]) -> frozenset[int]:
    """Return where the grades begin that belong to the titles below them, or may do so.

    A list that can be read both ways counts: no grade is better than another's.
    """
    kept = [item for item in blocks if not _is_date_line(item)]
    found: set[int] = set()
    for before, stretch in _stretches(kept):
        listing = _before_repeated_title(stretch)
        grades = [item.span.start for item in listing if _grades(item)]
        if len(grades) > 1 and _puts_grades_first(before, listing):
            found.update(grades)
    return frozenset(found)


def _is_date_line(item: PlacedBlock) -> bool:
    """Return whether it is a line such as "Last updated 1 May 2031", which may stand anywhere."""
    return len(item.text) <= _TITLE_CHARS and any(True for _ in find_dates(item.text))


def _grades(item: PlacedBlock) -> bool:
    return bool(grade_line(item.text) or _NO_GRADE.fullmatch(item.text))


def _stretches(
    blocks: Sequence[PlacedBlock],
) -> Iterator[tuple[PlacedBlock | None, list[PlacedBlock]]]:
    """Yield runs of nothing but titles and grades, each with the block before it."""
    before: PlacedBlock | None = None
    for listed, run in groupby(blocks, key=lambda item: _grades(item) or _is_title(item)):
        stretch = list(run)
        if listed:
            yield before, stretch
        before = stretch[-1]


def _is_title(item: PlacedBlock) -> bool:
    return _is_short(item) and not item.text.endswith(".") and announced_kind(item.text) is None


def _is_short(item: PlacedBlock) -> bool:
    return (
        item.kind in _TITLE_KINDS
        and len(item.text) <= _TITLE_CHARS
        and not item.text.endswith((":", ";", ","))
        and ". " not in item.text
        and not item.text.isdigit()
    )


def _before_repeated_title(stretch: Sequence[PlacedBlock]) -> Sequence[PlacedBlock]:
    """Return the stretch up to where a title comes again: there the report's body begins."""
    seen: set[str] = set()
    for at, item in enumerate(stretch):
        title = item.text.casefold()
        if not _grades(item) and title in seen:
            return stretch[:at]
        seen.add(title)
    return stretch


def _puts_grades_first(before: PlacedBlock | None, listing: Sequence[PlacedBlock]) -> bool:
    first = next(at for at, item in enumerate(listing) if _grades(item))
    turns = [len(list(run)) for _, run in groupby(listing[first:], key=_grades)]
    ends_in_grade = len(turns) % 2 == 1
    if any(count > 1 for count in (turns if ends_in_grade else turns[:-1])):
        return True
    heading = listing[first - 1] if first else before
    if heading is None or _OF_JUDGEMENTS.fullmatch(heading.text.strip(" .:")):
        return True
    # A title may end in a full stop by a slip; what comes after the grades then has none.
    slip = ends_in_grade and _is_short(heading) and not _SPEAKS_OF_LIST.search(heading.text)
    return first == 0 and not slip
