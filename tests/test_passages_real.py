"""The promises of passages on the real reports beside the checkout."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.documents import Passage, Report
from index.encoders.models import default_model
from index.ingest.sources import Source, find_sources
from index.passages import embedding_input, split_passages
from index.passages.tokens import count_tokens
from index.readers import read_document
from index.structure import parse_report

REPORTS = Path(__file__).parents[2] / "shared" / "reports"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not beside the checkout"),
]


@pytest.fixture(scope="module")
def word_pieces() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(default_model().folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@pytest.fixture(scope="module")
def split(word_pieces: Tokenizer) -> list[tuple[Report, tuple[Passage, ...]]]:
    sources = [source for source in find_sources([REPORTS]) if isinstance(source, Source)]
    reports = [
        parse_report(read_document(source.name, source.read()), report_id=Path(source.name).stem)
        for source in sources
    ]
    return [
        (report, split_passages(report, fits=lambda text: len(word_pieces.encode(text)) <= 256))
        for report in reports
    ]


def test_all_reports_are_split(split: list[tuple[Report, tuple[Passage, ...]]]) -> None:
    assert len(split) == 41
    assert all(passages for _, passages in split)


def test_every_passage_is_a_slice_of_one_section(
    split: list[tuple[Report, tuple[Passage, ...]]],
) -> None:
    for report, passages in split:
        for passage in passages:
            assert passage.span.of(report.text) == passage.text
            assert report.sections[passage.section].span.contains(passage.span)


def test_no_character_of_a_body_is_lost_or_doubled(
    split: list[tuple[Report, tuple[Passage, ...]]],
) -> None:
    for report, passages in split:
        bodies = "".join(section.body.of(report.text) for section in report.sections)
        found = Counter("".join(p.text for p in passages)) - Counter(bodies)
        headings = "".join(
            section.span.of(report.text)
            for section in report.sections
            if count_tokens(section.body.of(report.text)) <= 3
        )
        assert found - Counter(headings) == Counter()
        lost = Counter(bodies) - Counter("".join(p.text for p in passages))
        assert all(character.isspace() for character in lost)


def test_the_encoder_takes_every_passage_whole(
    split: list[tuple[Report, tuple[Passage, ...]]], word_pieces: Tokenizer
) -> None:
    for report, passages in split:
        for passage in passages:
            assert count_tokens(passage.text) <= 180
            assert len(word_pieces.encode(embedding_input(report, passage).text)) <= 256
