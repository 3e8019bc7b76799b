"""Gold over real reports: the labels must outlive every change of reader and structure."""

from pathlib import Path

import pytest

from eval.evidence import locate_evidence
from eval.gold import read_golds
from eval.summary import labels_json
from index.errors import UnknownReport
from index.readers import read_document
from index.structure import parse_report

SHARED = Path(__file__).parents[2] / "shared"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports are not beside the checkout"),
]


def test_every_quote_of_the_gold_is_found_in_its_report():
    golds = read_golds(sorted((SHARED / "gold").glob("*.jsonl")))
    sources = {path.stem: path for path in (SHARED / "reports").rglob("*.*") if path.is_file()}

    def report_of(name):
        if name not in sources:
            raise UnknownReport(name)
        source = sources[name]
        return parse_report(read_document(source.name, source.read_bytes()), report_id=name)

    labels = locate_evidence([q for gold in golds for q in gold.questions], report_of)

    assert labels.stale == ()
    assert sum(counts["quotes"] for counts in labels_json(golds, labels).values()) == 660
