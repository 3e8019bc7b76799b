"""What a kept question says of its confidence."""

from __future__ import annotations

from eval.confidence import Judged
from eval.kept_run import KeptQuestion
from rag.answers import AnswerStatus

ANSWERED = frozenset({AnswerStatus.ANSWERED.value, AnswerStatus.PARTIAL.value})


def judged_of(question: KeptQuestion) -> Judged:
    """Return the same as ``eval.run`` does for the answer itself."""
    answer = question.answer
    return Judged(
        confidence=answer["confidence"] if answer else 0.0,
        answerable=question.asked["answerable"],
        answered=answer is not None and answer["status"] in ANSWERED,
        right=question.cause is None,
    )
