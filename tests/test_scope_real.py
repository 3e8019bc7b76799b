"""The scope of real questions, over the real letters as far as their file names tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.bodies import BodyKind, BodyRegistry
from index.documents import DateRange, Metadata, ReportKind
from index.store.library import ReportCard
from rag.answers import Scope
from rag.followups import stand_alone
from rag.scope import ScopeReading, read_scope

SHARED = Path(__file__).parents[2] / "shared"
LETTERS = SHARED / "reports" / "jtai"
REGISTRY = BodyRegistry.load()
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LETTERS.exists(), reason="the real reports are not beside the checkout"),
]
_NAME = re.compile(r"jtai-(?P<area>.+)-joint-area-.+-inspection-(?P<day>\d\d-\w+-\d{4})")


def letter(path: Path) -> ReportCard:
    found = _NAME.match(path.stem)
    assert found
    spoken = found["area"].replace("-", " ")
    (area,) = (b for b in REGISTRY.named(spoken) if b.kind is BodyKind.COUNCIL)
    day = datetime.strptime(found["day"], "%d-%B-%Y").date()
    metadata = Metadata(
        title=path.stem,
        kind=ReportKind.JTAI,
        bodies=(area.name,),
        area=area.name,
        # Letters come out some seven weeks after the inspectors leave.
        fieldwork=DateRange(day - timedelta(weeks=8), day - timedelta(weeks=7)),
        published=day,
    )
    return ReportCard(path.stem, path.name, "0" * 64, metadata, 1, 1, 0, 0)


@pytest.fixture(scope="module")
def cards() -> dict[str, ReportCard]:
    return {path.stem: letter(path) for path in LETTERS.glob("*.pdf")}


def gold() -> Iterator[dict[str, Any]]:
    lines = (SHARED / "gold" / "jtai.jsonl").read_text(encoding="utf-8").splitlines()
    yield from (json.loads(line) for line in lines)


def understood(question: dict[str, Any], cards: dict[str, ReportCard]) -> ScopeReading:
    text = stand_alone(question["question"], question.get("history", []), REGISTRY).text
    return read_scope(text, Scope(), cards, REGISTRY)


def test_the_evidence_is_in_scope(cards):
    answerable = [q for q in gold() if q["answerable"]]
    evidence = [{e["report"] for e in q["evidence"]} for q in answerable]
    read = [set(understood(q, cards).report_ids) for q in answerable]
    held = [reports <= found for reports, found in zip(evidence, read, strict=True)]
    assert sum(held) / len(held) >= 0.98


def test_no_answerable_question_is_refused(cards):
    refused = [q["id"] for q in gold() if q["answerable"] and understood(q, cards).refusal]
    assert refused == []


def test_another_body_or_year_is_always_refused(cards):
    others = [q for q in gold() if q.get("why") in ("other_body", "other_year")]
    assert [q["id"] for q in others if understood(q, cards).refusal is None] == []
