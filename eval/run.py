"""The run: every gold question is asked once, and what came of it is measured."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from eval.causes import cause_of
from eval.conditions import Conditions
from eval.confidence import Judged
from eval.errors import NothingMeasured, StaleLabels
from eval.evidence import Labels, LocatedQuote, StaleLabel, locate_evidence
from eval.gold import GoldFile, GoldQuestion
from eval.marking import is_answered, measures_of
from eval.promises import Problem, broken_promises
from eval.scores import Measured, Measures, Scores, score
from index.documents import Report
from rag.answers import Answer, LibraryStamp, Question, RankedPassage

SHOWN_CHARACTERS = 60
"""Of a stale quote: enough to find it in the gold."""


class Assistant(Protocol):
    """What an evaluation needs of the thing that it evaluates."""

    def answer(self, question: Question) -> Answer: ...

    def rankings(self, question: Question) -> Mapping[str, tuple[RankedPassage, ...]]:
        """Return the ranking after each stage of retrieval, stages in order, best first."""

    def report(self, report_id: str) -> Report:
        """Return a report of the library; raises ``UnknownReport`` where there is none."""

    def stamp(self) -> LibraryStamp: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """The exception that asking a question ended in."""

    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a gold question: an answer or a failure, its measures, its problems.

    ``quotes`` are where its evidence stands.
    """

    question: GoldQuestion
    result: Answer | Failure
    measures: Measures
    problems: tuple[Problem, ...] = ()
    quotes: tuple[LocatedQuote, ...] = ()

    @property
    def cause(self) -> str | None:
        """How the question was lost; ``None`` if it was not."""
        return cause_of(self.question, self.answer, self.measures)

    @property
    def slices(self) -> dict[str, str]:
        """The kinds and cycles of the reports that its evidence is from."""
        kinds = sorted({quote.kind for quote in self.quotes if quote.kind})
        cycles = sorted({quote.cycle for quote in self.quotes if quote.cycle})
        parts = {"report kind": " + ".join(kinds), "report cycle": " + ".join(cycles)}
        return {key: value for key, value in parts.items() if value}

    @property
    def judged(self) -> Judged:
        """What the answer's confidence is held against; that of a failure is 0."""
        answer = self.answer
        return Judged(
            # As every door writes it, so that a run read from its folder measures the same.
            confidence=round(answer.confidence, 4) if answer else 0.0,
            answerable=self.question.answerable,
            answered=answer is not None and is_answered(answer),
            right=self.cause is None,
        )

    @property
    def answer(self) -> Answer | None:
        return self.result if isinstance(self.result, Answer) else None

    @property
    def failure(self) -> Failure | None:
        return self.result if isinstance(self.result, Failure) else None


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: what was asked of which library, what came of it, and the scores."""

    golds: tuple[GoldFile, ...]
    stamp: LibraryStamp
    outcomes: tuple[Outcome, ...]
    scores: Scores
    conditions: Conditions = field(default_factory=Conditions)

    @property
    def failed(self) -> int:
        return sum(outcome.failure is not None for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Memory:
    """Answers that need not be asked for again, and where new ones are kept."""

    kept: Mapping[tuple[str, str], Answer]
    remember: Callable[[GoldQuestion, Answer], None]


NO_MEMORY = Memory({}, lambda _question, _answer: None)


def evaluate(
    assistant: Assistant,
    golds: Sequence[GoldFile],
    *,
    on_asked: Callable[[], object],
    memory: Memory = NO_MEMORY,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
) -> Run:
    """Ask every question of the gold files and score the answers.

    Raises:
        NothingMeasured: the files hold no question.
        StaleLabels: evidence is not in the library; nothing has been asked then.

    """
    questions = questions_of(golds)
    labels = fresh_labels(questions, assistant)
    outcomes = ask_all(assistant, questions, labels=labels, on_asked=on_asked, memory=memory)
    scores = score([_measured(outcome) for outcome in outcomes])
    return Run(tuple(golds), assistant.stamp(), outcomes, scores, conditions)


def questions_of(golds: Sequence[GoldFile]) -> tuple[GoldQuestion, ...]:
    """Return the questions of all files, at least one."""
    questions = tuple(question for gold in golds for question in gold.questions)
    if not questions:
        raise NothingMeasured(
            f"there is no question in {', '.join(gold.name for gold in golds) or 'no file'}"
        )
    return questions


def fresh_labels(questions: Sequence[GoldQuestion], assistant: Assistant) -> Labels:
    """Return where all evidence stands, or raise ``StaleLabels`` listing what is nowhere."""
    labels = locate_evidence(questions, assistant.report)
    if labels.stale:
        raise StaleLabels(stale_lines(labels.stale))
    return labels


def stale_lines(stale: Sequence[StaleLabel]) -> str:
    """Return a message that lists the labels, one a line."""
    return "\n  ".join([f"{len(stale)} stale gold labels:", *map(_stale_line, stale)])


def proves_something(run: Run) -> None:
    """Do nothing for a run whose figures can be trusted.

    Raises:
        NothingMeasured: every question failed, or an answer broke a promise.

    """
    if run.failed == len(run.outcomes):
        raise NothingMeasured(f"all {run.failed} questions failed; problems.jsonl says why")
    if broken := sum(bool(outcome.problems) for outcome in run.outcomes):
        raise NothingMeasured(
            f"{broken} of {len(run.outcomes)} answers broke a promise; problems.jsonl says which"
        )


def ask_all(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    *,
    labels: Labels,
    on_asked: Callable[[], object],
    memory: Memory = NO_MEMORY,
) -> tuple[Outcome, ...]:
    """Ask every question, in order. One that raises is an outcome like any other."""

    @cache
    def text_of(report_id: str) -> str:
        return assistant.report(report_id).text

    outcomes: list[Outcome] = []
    for question in questions:
        result = _recall(assistant, question, memory)
        answer = result if isinstance(result, Answer) else None
        problems = broken_promises(answer, text_of) if answer else ()
        quotes = labels.of(question)
        measures = measures_of(question, quotes, answer, problems=problems)
        outcomes.append(Outcome(question, result, measures, problems, quotes))
        on_asked()
    return tuple(outcomes)


def asked(question: GoldQuestion) -> Question:
    """Return the question as a user asks it: with the earlier ones, without the gold's scope."""
    return Question(text=question.question, history=question.history)


def _stale_line(label: StaleLabel) -> str:
    quote = label.evidence.quote
    shown = quote if len(quote) <= SHOWN_CHARACTERS else f"{quote[:SHOWN_CHARACTERS]}…"
    return f"{label.gold} {label.question_id}: {label.evidence.report}: {label.reason}: {shown!r}"


def _measured(outcome: Outcome) -> Measured:
    return Measured(outcome.question, outcome.measures, outcome.judged, outcome.slices)


def _recall(assistant: Assistant, question: GoldQuestion, memory: Memory) -> Answer | Failure:
    if kept := memory.kept.get((question.gold, question.id)):
        return kept
    result = _ask(assistant, question)
    if isinstance(result, Answer):
        memory.remember(question, result)
    return result


def _ask(assistant: Assistant, question: GoldQuestion) -> Answer | Failure:
    try:
        return assistant.answer(asked(question))
    except Exception as error:  # noqa: BLE001 - the rim: a crash is a result, and is counted
        return Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
