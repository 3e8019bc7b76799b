"""Footnotes in text that was taken out of a PDF, where marks stick to their words.

At the end of a page a paragraph begins with a figure that some word of the page
ends in: "Board1" above, "1 The board is …" below. Only both together make a
footnote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.readers.blocks import BlockKind
from index.readers.drafts import Draft
from index.readers.hyphens import Spellings
from index.readers.text_lines import Line

_NOTE = re.compile(r"(\d{1,2})\s+(?=[A-Z‘“(h])")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote's lines, the first without its figure."""

    label: str
    lines: tuple[Line, ...]

    def draft(self, spellings: Spellings) -> Draft:
        draft = Draft(
            BlockKind.FOOTNOTE, [self.lines[0].text], page=self.lines[0].page, label=self.label
        )
        for line in self.lines[1:]:
            draft.run_on(line.text, page=line.page, spellings=spellings)
        return draft


def notes_apart(lines: Sequence[Line]) -> tuple[list[Line], list[Note]]:
    """Return the text's lines, free of footnote marks, and the footnotes."""
    body: list[Line] = []
    notes: list[Note] = []
    for page, group in groupby(lines, key=lambda line: line.page):
        members = list(group)
        start = len(members) if page is None else _notes_start(members)
        found = list(_notes(members[start:]))
        notes.extend(found)
        labels = [note.label for note in found]
        body.extend(_without_marks(line, labels) for line in members[:start])
    return body, notes


def _notes_start(lines: Sequence[Line]) -> int:
    """Return where a page's footnotes begin: the first of the paragraphs that are all notes."""
    for at, line in enumerate(lines):
        match = _NOTE.match(line.text)
        if match and line.after_gap and _mark(match[1]).search("\n".join(_texts(lines[:at]))):
            return at
    return len(lines)


def _notes(lines: Sequence[Line]) -> Iterator[Note]:
    gathered: list[Line] = []
    label = ""
    for line in lines:
        match = _NOTE.match(line.text)
        if match and (not gathered or int(match[1]) == int(label) + 1):
            if gathered:
                yield Note(label, tuple(gathered))
            label, gathered = match[1], []
            line = replace(line, text=line.text[match.end() :])
        gathered.append(line)
    if gathered:
        yield Note(label, tuple(gathered))


def _without_marks(line: Line, labels: Sequence[str]) -> Line:
    text = line.text
    for label in labels:
        text = _mark(label).sub("", text)
    return line if text == line.text else replace(line, text=text)


def _mark(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[a-z.,;:’”)])(?<!\d[.,]){label}(?![\d.,]?\d)(?![a-z])")


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]
