"""The ladder: how much evidence each stage of retrieval finds, rung by rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.errors import NothingMeasured
from eval.gold import GoldFile, GoldQuestion
from eval.marking import ranking_measures
from eval.run import Assistant, asked, fresh_labels, questions_of
from eval.scores import Measured, Scores, score, scores_json

Ladder = Mapping[str, Scores]
"""The scores of each stage's rankings, in the order of the stages."""


def climb(
    assistant: Assistant, golds: Sequence[GoldFile], *, on_ranked: Callable[[], None]
) -> Ladder:
    """Measure the ranking after every stage, for all answerable questions with evidence.

    A stage that a question never reached has found nothing for it. A question
    that raises ends the climb: rungs over different questions do not compare.

    Raises:
        NothingMeasured: no question is answerable by evidence.
        StaleLabels: evidence is not in the library.

    """
    questions = evidenced(golds)
    labels = fresh_labels(questions, assistant)
    rankings = []
    for question in questions:
        rankings.append(assistant.rankings(asked(question)))
        on_ranked()
    return {
        stage: score(
            [
                Measured(question, ranking_measures(labels.of(question), stages.get(stage, ())))
                for question, stages in zip(questions, rankings, strict=True)
            ]
        )
        for stage in dict.fromkeys(stage for stages in rankings for stage in stages)
    }


def evidenced(golds: Sequence[GoldFile]) -> tuple[GoldQuestion, ...]:
    """Return the questions that retrieval can be measured by, at least one."""
    questions = tuple(q for q in questions_of(golds) if q.answerable and q.evidence)
    if not questions:
        raise NothingMeasured("no gold question is answerable and has evidence")
    return questions


def ladder_json(ladder: Ladder) -> dict[str, Any]:
    return {stage: scores_json(scores) for stage, scores in ladder.items()}
