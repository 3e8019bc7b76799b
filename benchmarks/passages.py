"""Passages to measure with: a report's own, or more made of them; never kept with the project."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from index.documents import Passage
from index.encoders.models import open_embedder
from index.errors import NoText, UnreadableReport
from index.ingest.sources import Source, find_sources
from index.passages import split_passages
from index.readers import read_document
from index.structure import parse_report

SEED = 2026
NEAR = 24
"""Sentences whose lengths come next: one of them takes a sentence's place."""


def made_passages(paths: Sequence[Path], count: int) -> list[str]:
    """Return ``count`` different passages: the reports' own, their sentences exchanged.

    Every sentence makes way for one of about its length from anywhere in the
    reports, so the text stays English and passages stay as long as they were.
    The same reports give the same passages.

    Raises:
        NoText: there is no report with text.
    """
    own = list(_own_passages(paths))
    if not own:
        raise NoText(", ".join(map(str, paths)), "no report with text there")
    pool = sorted({sentence for each in own for sentence in each}, key=lambda s: (len(s), s))
    places = {sentence: place for place, sentence in enumerate(pool)}
    draw = random.Random(SEED)  # noqa: S311 - not for secrets
    made: dict[str, None] = {}
    # Few sentences are as short as "Good": passages of these alone soon come out alike.
    for pattern in cycle(own):
        if len(made) == count:
            break
        made[" ".join(_near(places[s], pool, draw) for s in pattern)] = None
    return list(made)


def _near(place: int, pool: Sequence[str], draw: random.Random) -> str:
    return pool[min(len(pool) - 1, max(0, place + draw.randint(-NEAR, NEAR)))]


def _own_passages(paths: Sequence[Path]) -> Iterator[list[str]]:
    """Yield the sentences of each passage of the reports that can be read."""
    embedder = open_embedder()
    for source in find_sources(paths):
        if not isinstance(source, Source):
            continue
        try:
            report = parse_report(read_document(source.name, source.read()), report_id=source.name)
        except UnreadableReport:
            continue
        for passage in split_passages(
            report, fits=lambda text: embedder.count_tokens(text) <= embedder.max_tokens
        ):
            if sentences := _sentences(passage):
                yield sentences


def _sentences(passage: Passage) -> list[str]:
    spans = (span.shifted(-passage.span.start) for span in passage.sentences)
    return [" ".join(span.of(passage.text).split()) for span in spans if len(span)]
