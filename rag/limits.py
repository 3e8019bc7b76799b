"""How much may be asked at once, and a question made ready to be worked on."""

from __future__ import annotations

from dataclasses import replace

from index.errors import PeelbackError
from rag.answers import Question
from rag.personal_data import refuse_personal_data

MAX_QUESTION_CHARACTERS = 1000
"""Six times the longest question that we have seen, and a tenth of a second to read.

What a question names is held against everything else that it names, so the time grows
with the square of its length. The encoder takes about this many characters as well.
"""

MAX_HISTORY = 20
"""Earlier questions that are kept; far more than a conversation leans on."""


class QuestionTooLong(PeelbackError):
    """A question, a topic, a query or an earlier question is over the limit."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"the question has {len(text)} characters, and {MAX_QUESTION_CHARACTERS} is the most: "
            "ask it in fewer words, or as several questions"
        )


def within_limits(question: Question) -> Question:
    """Return the question in whole characters, with the latest of its history.

    A byte that is no character, which a terminal hands on as half of a surrogate
    pair, becomes U+FFFD: no encoder, database or output takes it otherwise.

    Raises:
        QuestionTooLong: the question, or one that is kept of its history, is over the limit.
        PersonalData: one of them, or a name in its scope, holds an e-mail address or the like.
    """
    history = tuple(_whole(text) for text in question.history[-MAX_HISTORY:])
    scope = question.scope
    for text in (question.text, *history, *scope.bodies, *scope.cycles, *scope.reports):
        refuse_personal_data(text)
    return replace(question, text=_whole(question.text), history=history)


def _whole(text: str) -> str:
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionTooLong(text)
    return "".join(
        "\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text
    )
