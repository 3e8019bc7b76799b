"""A question as it is meant: standing alone, with its scope, its kind and its words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.answers import Question
from rag.editions import Edition
from rag.followups import stand_alone
from rag.limits import within_limits
from rag.questions import QuestionReading, read_question
from rag.scope import ScopeReading, read_scope
from rag.vocabulary import Query, read_words


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone: its scope, its kind and the words to search for."""

    question: Question
    """As it was asked, within the limits."""
    text: str
    scope: ScopeReading
    reading: QuestionReading
    query: Query
    carried: tuple[str, ...]


def understand(question: Question, edition: Edition) -> Understood:
    """Return what is asked, of which reports, in which words.

    Raises:
        QuestionTooLong: it, or one before it, has too many characters.
    """
    question = within_limits(question)
    alone = stand_alone(question.text, question.history, edition.registry)
    cards = edition.snapshot.cards
    scope = read_scope(alone.text, question.scope, cards, edition.registry)
    return Understood(
        question=question,
        text=alone.text,
        scope=scope,
        reading=read_question(alone.text),
        query=_words(scope, edition),
        carried=alone.carried,
    )


def widened(understood: Understood, edition: Edition) -> Understood | None:
    """Return the question of the wider scope, ``None`` where its scope was not assumed."""
    wider = understood.scope.otherwise
    if wider is None:
        return None
    return replace(understood, scope=wider, query=_words(wider, edition))


def _words(scope: ScopeReading, edition: Edition) -> Query:
    keywords = edition.snapshot.keywords
    return read_words(scope.topic, edition.vocabulary, keywords, names=scope.scope.bodies)
