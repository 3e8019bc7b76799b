"""What ``eval check`` reports of gold quotes: found how, found more than once, nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eval.evidence import Labels
from eval.gold import GoldFile
from eval.run import questions_of
from eval.summary import label_table, labels_json
from eval.tables import Table, figure
from index.documents import Report

SHOWN_CHARACTERS = 120
"""Of a quote in a table; JSON has all of it."""


@dataclass(frozen=True, slots=True)
class RepeatedQuote:
    """A quote that stands more than once in its report: which place is meant is unsaid."""

    gold: str
    question_id: str
    report_id: str
    text: str
    times: int


def repeated_quotes(
    golds: Sequence[GoldFile], labels: Labels, report_of: Callable[[str], Report]
) -> tuple[RepeatedQuote, ...]:
    """Return the quotes of the gold files that stand more than once, in the gold's order."""
    return tuple(
        RepeatedQuote(
            gold=question.gold,
            question_id=question.id,
            report_id=quote.report_id,
            text=quote.spans[0].of(report_of(quote.report_id).text),
            times=len(quote.spans),
        )
        for question in questions_of(golds)
        for quote in labels.of(question)
        if len(quote.spans) > 1
    )


def check_tables(
    golds: Sequence[GoldFile], labels: Labels, repeated: Sequence[RepeatedQuote]
) -> tuple[Table, ...]:
    """Return the counts by gold file; the repeated and the stale quotes where there are any."""
    return (label_table(golds, labels), *_repeated_table(repeated), *_stale_table(labels))


def check_json(
    golds: Sequence[GoldFile], labels: Labels, repeated: Sequence[RepeatedQuote]
) -> dict[str, Any]:
    """Return the same as plain values, quotes whole."""
    return {
        "gold": labels_json(golds, labels),
        "repeated": [
            {
                "gold": quote.gold,
                "id": quote.question_id,
                "report": quote.report_id,
                "quote": quote.text,
                "times": quote.times,
            }
            for quote in repeated
        ],
        "stale": [
            {
                "gold": label.gold,
                "id": label.question_id,
                "report": label.evidence.report,
                "quote": label.evidence.quote,
                "reason": label.reason,
                "nearest": label.nearest and label.nearest.text,
                "ratio": label.nearest and round(label.nearest.ratio, 1),
            }
            for label in labels.stale
        ],
    }


def _repeated_table(repeated: Sequence[RepeatedQuote]) -> Iterator[Table]:
    if repeated:
        yield Table(
            "Quotes that stand more than once",
            ("gold", "id", "report", "quote", "times"),
            tuple(
                (one.gold, one.question_id, one.report_id, _shown(one.text), str(one.times))
                for one in repeated
            ),
            figures_from=4,
        )


def _stale_table(labels: Labels) -> Iterator[Table]:
    if labels.stale:
        yield Table(
            "Stale labels",
            ("gold", "id", "report", "quote", "nearest words of the report", "ratio"),
            tuple(
                (
                    label.gold,
                    label.question_id,
                    label.evidence.report,
                    _shown(label.evidence.quote),
                    _shown(label.nearest.text) if label.nearest else label.reason,
                    figure(label.nearest.ratio if label.nearest else None, digits=1),
                )
                for label in labels.stale
            ),
            figures_from=5,
        )


def _shown(quote: str) -> str:
    return quote if len(quote) <= SHOWN_CHARACTERS else f"{quote[:SHOWN_CHARACTERS]}…"
