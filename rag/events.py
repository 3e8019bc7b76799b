"""What an answer in the making shows on its way: passages, proven sentences, and the answer.

The events of one question come in this order: at most one ``PassagesFound``,
a ``SentenceVerified`` for each sentence as it is proven, exactly one
``Answered``. The answer is what holds. Sentences shown before it are those of
the answer, unless a language model broke off half-way: then the answer has
others, and says why in ``degraded``. So a client puts the answer in the place
of what it has shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.errors import PeelbackError
from rag.answers import Answer, Citation, RankedPassage, Scope, Sentence


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages that will be read, best first, and the scope they were searched in."""

    passages: tuple[RankedPassage, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class SentenceVerified:
    """One whole sentence, proven; ``citations`` are those that no sentence before it had."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The end: the whole answer, a refusal too."""

    answer: Answer


AnswerEvent = PassagesFound | SentenceVerified | Answered


class Cancelled(PeelbackError):
    """Whoever asked no longer waits: the work was left off, and no answer follows."""


def never() -> bool:
    """Whether a question that nobody can take back has been taken back."""
    return False


def require_wanted(cancelled: Callable[[], bool]) -> None:
    """Return if somebody still waits.

    Raises:
        Cancelled: nobody does.
    """
    if cancelled():
        raise Cancelled("the question was taken back")


def sentences_of(answer: Answer) -> Iterator[SentenceVerified]:
    """Give the sentences of an answer, each with the citations that none before it had."""
    shown: set[int] = set()
    for sentence in answer.sentences:
        new = set(sentence.citations) - shown
        shown |= new
        yield SentenceVerified(sentence, tuple(c for c in answer.citations if c.number in new))
