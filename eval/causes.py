"""How a question was lost, told from its measures; a question that was not lost is right."""

from __future__ import annotations

from collections.abc import Mapping

from eval.gold import GoldQuestion
from eval.measures import Share
from rag.answers import Answer


def cause_of(
    question: GoldQuestion, answer: Answer | None, measures: Mapping[str, Share | None]
) -> str | None:
    """Return the first stage that lost the question; ``None`` if it ended as its gold says.

    An answer is right when it was given, cites no other report, contains what it
    must, and cites evidence: all of it for a list, some where nothing else is asked.
    """
    values = {name: part.value for name, part in measures.items() if part is not None}
    if answer is None:
        return "failed"
    if values.get("abstention") == 0:
        return f"unanswerable, but {answer.status.value}"
    if values.get("false_abstention") == 1:
        return f"answerable, but {answer.status.value}"
    if values.get("wrong_body") == 1:
        return "cites another report"
    return _shortfall(values) if question.answerable else None


def _shortfall(values: Mapping[str, float]) -> str | None:
    """Return where an answer fell short: of words, of a whole list, or of any evidence."""
    contains = values.get("must_contain", float(values.get("evidence_cited", 1) > 0))
    if contains == 1 and values.get("list_completeness", 1) == 1:
        return None
    if values.get("evidence_recall@10") == 0:
        return "no evidence read"
    if values.get("evidence_cited") == 0:
        return "evidence read, none cited"
    return "words missing" if contains == 0 else "list incomplete"
