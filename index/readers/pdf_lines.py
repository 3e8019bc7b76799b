"""The printed lines of a PDF page, put together from its runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from index.readers.characters import clean_characters, split_bullet, split_label
from index.readers.hyphens import LINE_END_HYPHEN
from index.readers.pdf_runs import CELL_GAP, Run, page_runs
from index.readers.pdf_tags import Tag, page_tags

# All in units of the font's size.
SAME_BASELINE = 0.25
RAISED_AT_MOST = 0.75
MARK_SIZE = 0.8  # a superscript is at most this part of its line's size
NOTE_GAP = 4.0  # between a footnote's figure and its text; cells of a table stand further off
WORD_GAP = 0.15
_MARK = re.compile(r"\s*(\d{1,3}|[*†‡§]{1,3}|[a-z])\s*")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote's mark that was printed before ``offset`` of its line."""

    offset: int
    label: str


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One printed line; positions in points from the lower left corner.

    ``size`` is that of most of its letters, ``bold``: all of them are.
    ``text`` has no footnote marks; they are in ``marks``. A hyphen that ends
    the line is still PDFium's own mark.
    """

    text: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    marks: tuple[Mark, ...] = ()
    tag: Tag | None = None

    @property
    def begins_with_mark(self) -> str | None:
        return self.marks[0].label if self.marks and self.marks[0].offset == 0 else None


def page_lines(page: pdfium.PdfPage, number: int) -> list[PdfLine]:
    """Return the lines of a page in the order of its content; blank ones are left out."""
    tags = page_tags(page)
    lines = (_line(runs, number, tags) for runs in _grouped(page_runs(page)))
    return _with_markers([line for line in lines if line.text or line.marks])


def _with_markers(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines with each bullet or number that was drawn by itself put before its text."""
    joined = list(lines)
    for marker in lines:
        if marker.marks or not _is_marker(marker.text):
            continue
        beside = [line for line in joined if _is_marked_by(line, marker)]
        if beside:
            text = min(beside, key=lambda line: line.left)
            joined[joined.index(text)] = _marked(text, marker)
            joined.remove(marker)
    return joined


def _marked(line: PdfLine, marker: PdfLine) -> PdfLine:
    marks = tuple(Mark(mark.offset + len(marker.text) + 1, mark.label) for mark in line.marks)
    return replace(line, text=f"{marker.text} {line.text}", left=marker.left, marks=marks)


def _is_marker(text: str) -> bool:
    bullet, rest = split_bullet(text)
    label, after = split_label(text)
    return bool((bullet and not rest) or (label and not after))


def _is_marked_by(line: PdfLine, marker: PdfLine) -> bool:
    level = abs(line.baseline - marker.baseline) <= SAME_BASELINE * line.size
    return level and 0 < line.left - marker.right < NOTE_GAP * line.size


def _grouped(runs: Sequence[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        if line and not _on_line(line, run):
            yield line
            line = []
        if line or run.text.strip():
            line.append(run)
    if line:
        yield line


def _on_line(line: Sequence[Run], run: Run) -> bool:
    """Return whether a run goes on in the line that the runs before it make."""
    if not run.text.strip():
        return run.size == 0 or abs(run.baseline - line[-1].baseline) < run.size
    inked = [before for before in line if before.text.strip()]
    last, largest = inked[-1], max(inked, key=lambda before: before.size)
    size = max(largest.size, run.size)
    gap = run.left - last.right
    if gap < -size / 2 or (gap > CELL_GAP * size and not _may_be_label(inked, gap / size)):
        return False
    rise = run.baseline - largest.baseline
    if abs(rise) <= SAME_BASELINE * size:
        return True
    small, raised = (run, rise) if run.size < largest.size else (largest, -rise)
    return small.size <= MARK_SIZE * size and 0 < raised <= RAISED_AT_MOST * size


def _may_be_label(inked: Sequence[Run], gap: float) -> bool:
    text = "".join(run.text for run in inked).strip()
    if text.isdigit():
        return gap <= NOTE_GAP
    return not split_bullet(text)[1].strip() or not split_label(text)[1].strip()


def _line(runs: Sequence[Run], page: int, tags: Mapping[int, Tag]) -> PdfLine:
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[run.size] += len(run.text.strip())
    size = max(sizes, key=lambda found: (sizes[found], found))
    baseline = next(run.baseline for run in runs if run.size == size)
    text, marks = _text_and_marks(runs, size, baseline)
    inked = [run for run in runs if run.text.strip()]
    return PdfLine(
        text=text,
        page=page,
        left=min(run.left for run in inked),
        right=max(run.right for run in inked),
        baseline=baseline,
        size=size,
        bold=all(run.bold for run in inked),
        marks=marks,
        tag=next((tags[run.content_id] for run in inked if run.content_id in tags), None),
    )


def _text_and_marks(
    runs: Sequence[Run], size: float, baseline: float
) -> tuple[str, tuple[Mark, ...]]:
    text = ""
    marks: list[Mark] = []
    right = runs[0].left
    for run in runs:
        raised = run.baseline - baseline > 0.1 * size and run.size <= MARK_SIZE * size
        if raised and (mark := _MARK.fullmatch(run.text)):
            marks.append(Mark(len(text), mark.group(1)))
        else:
            # The page's own hyphens and ligatures are kept in step with places.
            separate = run.left - right > WORD_GAP * size and run.text.strip() != ""
            text = _append(text, _characters_of(run.text), separate=separate)
        right = run.right if run.text.strip() else right
    return text.rstrip(), tuple(marks)


def _append(text: str, more: str, *, separate: bool) -> str:
    if not text or text.endswith(" "):
        return text + more.lstrip()
    if separate and not more.startswith(" "):
        return f"{text} {more}"
    return text + more


def _characters_of(text: str) -> str:
    hyphen = text.endswith(LINE_END_HYPHEN)
    # A soft hyphen that is drawn on the page is a hyphen.
    cleaned = clean_characters(text.replace(LINE_END_HYPHEN, "").replace("\u00ad", "-"))
    return _SPACES.sub(" ", cleaned) + (LINE_END_HYPHEN if hyphen else "")
