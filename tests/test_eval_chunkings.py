"""No change of chunking touches a label: an oracle finds all evidence in every one of six."""

from pathlib import Path

import pytest

from eval.evidence import locate_evidence
from eval.gold import read_golds
from eval.run import questions_of
from index.documents import Report
from index.ingest.sources import Source, find_sources
from index.passages import split_passages
from index.readers import read_document
from index.structure import parse_report, report_id_of

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

CHUNKINGS = (40, 80, 120, 180, 240, 400)
"""Longest passage, in tokens."""


def parsed(folder: Path) -> dict[str, Report]:
    sources = [source for source in find_sources([folder]) if isinstance(source, Source)]
    return {
        report_id_of(s.name): parse_report(
            read_document(s.name, s.read()), report_id=report_id_of(s.name)
        )
        for s in sources
    }


def missed_by_an_oracle(reports: dict[str, Report], gold: list[Path], max_tokens: int) -> list[str]:
    """The quotes of which no choice of passages holds half of the characters."""
    questions = questions_of(read_golds(gold))
    labels = locate_evidence(questions, reports.__getitem__)
    assert labels.stale == ()
    passages = {
        report_id: split_passages(report, max_tokens=max_tokens, fits=lambda _: True)
        for report_id, report in reports.items()
    }
    missed = []
    for question in questions:
        for quote in labels.of(question):
            held = max(
                sum(
                    max(0, min(span.end, p.span.end) - max(span.start, p.span.start))
                    for p in passages[quote.report_id]
                )
                / len(span)
                for span in quote.spans
            )
            if held < 0.5:
                missed.append(f"{question.id}: {held:.2f}")
    return missed


@pytest.fixture(scope="module")
def samples() -> dict[str, Report]:
    return parsed(ROOT / "api" / "samples")


@pytest.mark.parametrize("max_tokens", CHUNKINGS)
def test_an_oracle_finds_all_evidence_of_our_own_gold(samples, max_tokens):
    gold = [ROOT / "eval" / "gold" / "samples.jsonl"]
    assert missed_by_an_oracle(samples, gold, max_tokens) == []


@pytest.mark.real
@pytest.mark.full
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports are not beside the checkout")
def test_no_chunking_of_the_real_reports_loses_evidence_that_another_finds():
    reports = parsed(SHARED / "reports")
    gold = sorted((SHARED / "gold").glob("*.jsonl"))
    missed = [missed_by_an_oracle(reports, gold, n) for n in CHUNKINGS]
    # One quote of 660 is a heading and the grade below it: headings are no passage's text.
    assert missed == [["sd-j01: 0.30"]] * len(CHUNKINGS)
