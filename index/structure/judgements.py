"""The grades of a report and what each rests on.

Grades are read where they are printed as such: on a line of their own under
the question, after a colon at the end of its heading, or in a table. Prose
is not read as a grade, but for a line above a numbered table that says what
all of it comes to ("Services for children in Nowhere are good").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents import Judgement, JudgementBasis, Span
from index.passages.sentences import sentence_spans
from index.readers.blocks import BlockKind
from index.structure.canonical import CanonicalText, PlacedBlock
from index.structure.grade_lists import grades_above_titles
from index.structure.grade_tables import graded_rows
from index.structure.grades import ending_grade, grade_line, is_ungraded
from index.structure.outline import OutlinedSection

_BLOCKS_BEFORE_GRADE = 2  # of any kind: a date and a line of introduction have been seen
_QUESTION_CHARS = 200
_OVERALL = re.compile(r"overall(?:\s+(?:effectiveness|judge?ment|grade|rating))?", re.IGNORECASE)
_CARRIED = re.compile(r"\bcarr(?:y|ied|ying)\s+(?:\w+\s+)?(?:over|forward)\b", re.IGNORECASE)
_JUDGEMENT = re.compile(r"\bjudge?(?:ments?|d)\b|\bgraded?s?\b", re.IGNORECASE)
_YEAR = r"(?P<year>(?:19|20)\d\d(?:/(?:20)?\d\d)?)"
_FROM_YEAR = re.compile(rf"\b(?:from|of|in)\s+(?:the\s+|our\s+)?(?:\w+\s+)?{_YEAR}", re.IGNORECASE)
_SAID_OF_ALL = re.compile(
    r".{3,80}\b(?:(?:is|are)\s+(?P<grade>outstanding|good|adequate|inadequate)"
    r"|(?P<requires>requires?\s+improvement(?:\s+to\s+be\s+good)?))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A grade as printed; ``question`` is None for the overall one."""

    question: str | None
    number: str | None
    grade: str
    span: Span


def find_judgements(
    canonical: CanonicalText, sections: Sequence[OutlinedSection]
) -> tuple[Judgement, ...]:
    """Return the judgements in reading order, each question once."""
    listed = grades_above_titles(canonical.blocks)
    table = list(_in_tables(canonical.blocks, listed))
    printed = table if len(table) > 1 else list(_under_headings(sections, listed))
    once = {(item.question, item.number): item for item in reversed(printed)}
    ordered = sorted(once.values(), key=lambda item: item.span)
    return tuple(_judgement(item, canonical.text, sections) for item in ordered)


def _in_tables(blocks: Sequence[PlacedBlock], listed: Collection[int]) -> Iterator[_Printed]:
    """Yield the rows of grade tables, in rows or as lines that take turns."""
    for row in graded_rows(blocks):
        yield _printed(row.title, row.label, row.grade, row.span)
    titles = [
        at
        for at in range(len(blocks) - 1)
        if _is_row(blocks, at) and blocks[at + 1].span.start not in listed
    ]
    rows = [at for at in titles if at - 2 in titles or at + 2 in titles]  # one alone is no table
    for title, line in ((blocks[at], blocks[at + 1]) for at in rows):
        if grade := grade_line(line.text):
            yield _printed(title.text, title.block.label, grade, line.content)
    if rows:
        yield from _said_above(blocks[: rows[0]])


def _is_row(blocks: Sequence[PlacedBlock], at: int) -> bool:
    """Return whether a title stands at ``at`` and a grade after it."""
    item = blocks[at]
    return (
        item.kind is BlockKind.PARAGRAPH
        and len(item.text) <= _QUESTION_CHARS
        and not item.text.endswith((":", ";", ","))
        and ". " not in item.text  # a title may end in a full stop by a slip, never hold one
        and grade_line(item.text) is None
        and grade_line(blocks[at + 1].text) is not None
    )


def _said_above(blocks: Sequence[PlacedBlock]) -> Iterator[_Printed]:
    """Yield the overall grade where a line above the table says it ("... are good")."""
    for item in blocks:
        said = _SAID_OF_ALL.fullmatch(item.text)
        if said is None:
            continue
        name = "grade" if said["grade"] else "requires"
        grade = grade_line(re.sub(r"require(?=\s)", "requires", said[name]))
        if grade:
            start = item.content.start + said.start(name)
            yield _Printed(None, None, grade, Span(start, start + len(said[name])))
            return


def _under_headings(
    sections: Sequence[OutlinedSection], listed: Collection[int]
) -> Iterator[_Printed]:
    numbered = any(part.heading and part.heading.number for part in sections)
    asked = False
    for part in sections:
        heading = part.heading
        asked = asked or bool(heading and heading.number)
        if heading is None:
            continue
        found = next(_grade_lines(part, listed), None) or _at_end_of_heading(part)
        if found is None:
            continue
        # Before the first numbered question, and under the title, a grade is the report's own.
        overall = (numbered and not asked) or not heading.parent
        yield replace(found, question=None, number=None) if overall else found


def _grade_lines(part: OutlinedSection, listed: Collection[int]) -> Iterator[_Printed]:
    for item in part.blocks[: _BLOCKS_BEFORE_GRADE + 1]:
        grade = grade_line(item.text)
        if grade and part.title and item.span.start not in listed:
            number = part.heading.number if part.heading else None
            yield _printed(part.title, number, grade, item.content)


def _at_end_of_heading(part: OutlinedSection) -> _Printed | None:
    ending = ending_grade(part.title or "")
    grade = grade_line(ending[1]) if ending else None
    if part.heading is None or part.heading_span is None or ending is None or grade is None:
        return None
    end = part.heading_span.end
    return _printed(ending[0], part.heading.number, grade, Span(end - len(ending[1]), end))


def _printed(question: str, number: str | None, grade: str, span: Span) -> _Printed:
    if _OVERALL.fullmatch(question.strip()):
        return _Printed(None, None, grade, span)
    return _Printed(question.strip().rstrip("."), (number or "").rstrip(".)") or None, grade, span)


def _judgement(item: _Printed, text: str, sections: Sequence[OutlinedSection]) -> Judgement:
    judgement = Judgement(
        item.question, item.number, item.grade, JudgementBasis.INSPECTED, item.span
    )
    if is_ungraded(item.grade):
        return replace(judgement, basis=JudgementBasis.UNGRADED)
    if item.question is None:
        return judgement
    for sentence in _carried_over(text, _part_about(item, sections)):
        return replace(
            judgement,
            basis=JudgementBasis.CARRIED_OVER,
            carried_from=_carried_from(sentence.of(text)),
            basis_span=sentence,
        )
    return judgement


def _part_about(item: _Printed, sections: Sequence[OutlinedSection]) -> Span:
    """Return the span of the section that the grade is in and of those below it."""
    at = next(i for i, part in enumerate(sections) if part.section.span.contains(item.span))
    path = sections[at].section.path
    end = sections[at].section.span.end
    for part in sections[at + 1 :]:
        if part.section.path[: len(path)] != path:
            break
        end = part.section.span.end
    return Span(sections[at].section.span.start, end)


def _carried_over(text: str, within: Span) -> Iterator[Span]:
    for sentence in sentence_spans(within.of(text)):
        words = sentence.of(within.of(text))
        if _CARRIED.search(words) and _JUDGEMENT.search(words):
            yield sentence.shifted(within.start)


def _carried_from(sentence: str) -> str | None:
    """Return the year of the inspection that a grade comes from ("from the 2017 inspection")."""
    carried = _CARRIED.search(sentence)
    years = list(_FROM_YEAR.finditer(sentence))
    nearest = min(
        years,
        key=lambda found: abs(found.start() - (carried.start() if carried else 0)),
        default=None,
    )
    return nearest["year"] if nearest else None
