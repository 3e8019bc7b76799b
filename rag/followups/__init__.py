"""A question that leans on earlier ones, made to stand alone.

No model is asked: the rules below look for what a question lacks (a verb, a noun
for its pronoun, a body) and take it from the question before. Each turn is made to
stand alone in its order, so that a chain of follow-ups keeps its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.bodies import BodyRegistry
from rag.followups.ellipsis import complete_fragment, is_fragment
from rag.followups.turns import leans_on, read_turn, subject_of
from rag.limits import MAX_QUESTION_CHARACTERS

MAX_TURNS = 12
"""Earlier questions that are read; what began before them has been said again or is over."""

TOO_LONG_TOGETHER = "Read by itself: with the question before it would be too long."


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """The question with what it took from the history; ``carried`` says in words what that was."""

    text: str
    carried: tuple[str, ...] = ()


def stand_alone(
    question: str, history: Sequence[str], registry: BodyRegistry
) -> StandaloneQuestion:
    """Return ``question`` as one that can be asked by itself.

    A question that stands alone already is returned as it is. ``history`` has the
    earlier questions, oldest first.
    """
    earlier = ""
    for turn in [text for text in history if text.strip()][-MAX_TURNS:]:
        earlier = _resolved(turn, earlier, registry).text
    return _resolved(question, earlier, registry)


def _resolved(question: str, earlier: str, registry: BodyRegistry) -> StandaloneQuestion:
    """Return ``question`` with what it lacks taken from ``earlier``, which stands alone."""
    question = " ".join(question.split())
    if not earlier or not question:
        return StandaloneQuestion(question)
    new, old = read_turn(question, registry), read_turn(earlier, registry)
    if is_fragment(new):
        completed = StandaloneQuestion(*complete_fragment(new, old, registry))
        return _short_enough(completed, question)
    leaning = leans_on(new, old, registry)
    taken: list[str] = []
    if leaning.on_topic:
        taken.append(subject_of(old, keep_bodies=leaning.on_body))
    if leaning.on_body:
        said = f"{question} {' '.join(taken)}".casefold()
        parts = (*old.bodies, old.report) if old.bodies else ()
        taken += [part for part in parts if part.casefold() not in said]
    if not any(taken):
        return StandaloneQuestion(question)
    stem = re.sub(r"[\s?.!]+$", "", question)
    lent = ", ".join(filter(None, taken))
    note = f"Read together with the question before: “{lent}”."
    return _short_enough(StandaloneQuestion(f"{stem} ({lent})?", (note,)), question)


def _short_enough(together: StandaloneQuestion, question: str) -> StandaloneQuestion:
    if len(together.text) <= MAX_QUESTION_CHARACTERS:
        return together
    return StandaloneQuestion(question, (TOO_LONG_TOGETHER,))
