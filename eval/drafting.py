"""Drafting a gold question from a report: find the words, check them, append one line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from eval.errors import GoldError
from eval.evidence import QuoteFinder
from eval.gold import GoldQuestion, read_gold, read_line
from eval.measures import contains_all
from index.documents import Passage, Report
from index.passages import split_passages
from index.store.keywords import KeywordIndex

PASSAGES_SHOWN = 5


@dataclass(frozen=True)
class ReadingDesk:
    """A report laid out for whoever looks for evidence in it. No encoder is needed."""

    report: Report

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return split_passages(self.report, fits=lambda _: True)

    @cached_property
    def _keywords(self) -> KeywordIndex:
        ids = np.arange(len(self.passages), dtype=np.int64)
        return KeywordIndex(ids, (passage.text for passage in self.passages))

    def search(self, words: str, *, k: int = PASSAGES_SHOWN) -> tuple[Passage, ...]:
        """Return the passages with most of the words, best first."""
        hits = self._keywords.search(self._keywords.analyse(words), k=k, within=None)
        return tuple(self.passages[hit.passage_id] for hit in hits)

    def sentences(self, passage: Passage) -> tuple[str, ...]:
        return tuple(sentence.of(self.report.text) for sentence in passage.sentences)

    def heading(self, passage: Passage) -> str:
        return " > ".join(self.report.sections[passage.section].path)

    def times(self, quote: str) -> int:
        """Return how often a quote stands in the report."""
        found = self._finder.find(quote)
        return len(found[1]) if found else 0

    @cached_property
    def _finder(self) -> QuoteFinder:
        return QuoteFinder(self.report.text)

    def scope(self) -> dict[str, str]:
        """Return whom and when the report is about, as far as it says."""
        metadata = self.report.metadata
        said = {"body": metadata.bodies[0] if metadata.bodies else None, "cycle": metadata.cycle}
        return {key: value for key, value in said.items() if value}


def parse_numbers(typed: str, *, of: int) -> tuple[int, ...]:
    """Return the numbers of "1, 3-4", from 1 to ``of``, each once and in order.

    >>> parse_numbers("3-4 1", of=5)
    (1, 3, 4)

    Raises:
        ValueError: something in it is no number of the list.

    """
    numbers: set[int] = set()
    for part in re.split(r"[,\s]+", typed.strip()):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if match is None:
            raise ValueError(f"{part!r} is no number: type 1,3 or 2-4")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= of:
            raise ValueError(f"{part} is not between 1 and {of}")
        numbers.update(range(first, last + 1))
    return tuple(sorted(numbers))


def parse_must_contain(typed: str) -> list[str | list[str]]:
    """Return the words of "52; detectives|investigators": alternatives as a list.

    >>> parse_must_contain("52; detectives|investigators")
    ['52', ['detectives', 'investigators']]
    """
    groups: list[str | list[str]] = []
    for part in typed.split(";"):
        words = [word.strip() for word in part.split("|") if word.strip()]
        if words:
            groups.append(words[0] if len(words) == 1 else words)
    return groups


def missing_words(
    must_contain: Sequence[str | list[str]], quotes: Sequence[str]
) -> tuple[str, ...]:
    """Return what the evidence itself does not contain: no answer could be expected to."""
    groups = [[group] if isinstance(group, str) else group for group in must_contain]
    return tuple(
        "|".join(group)
        for group in groups
        if (verdict := contains_all([group], quotes)) is not None and not verdict.value
    )


def next_id(path: Path, prefix: str) -> str:
    """Return the first unused id of the file, ``prefix-001`` and so on."""
    used = {question.id for question in _questions(path)}
    number = 1
    while f"{prefix}-{number:03d}" in used:
        number += 1
    return f"{prefix}-{number:03d}"


def append_question(path: Path, line: dict[str, Any]) -> GoldQuestion:
    """Append one line to a gold file, made if need be; return it as it will be read.

    Raises:
        GoldError: the line is no gold question, its id is taken, or the file's
            other lines cannot be read. The file is as before then.

    """
    written = json.dumps(line, ensure_ascii=False)
    question = read_line(written.encode(), gold=path.stem)
    if any(question.id == earlier.id for earlier in _questions(path)):
        raise GoldError([f"{path}: id: {question.id!r} is used by an earlier line"])
    with path.open("a+b") as file:
        # A last line without its newline would swallow the new one.
        broken = file.tell() > 0 and not _ends_in_newline(path)
        file.write(b"\n" * broken + written.encode() + b"\n")
    return question


def _ends_in_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _questions(path: Path) -> tuple[GoldQuestion, ...]:
    return read_gold(path).questions if path.exists() else ()
