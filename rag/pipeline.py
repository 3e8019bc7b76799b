"""A question to a cited answer: the story, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from index.bodies import BodyRegistry
from index.documents import Report
from index.embedding import Embedder
from index.store.hits import Hit
from index.store.library import Library
from rag.answers import Answer, AnswerStatus, LibraryStamp, Mode, Question, RankedPassage, Scope
from rag.clock import Clock
from rag.comparison import Comparison, compared
from rag.drafting import Drafter, Observation
from rag.drafts import Draft
from rag.editions import Edition, Editions, stamp_of
from rag.events import (
    Answered,
    AnswerEvent,
    PassagesFound,
    never,
    require_wanted,
    sentences_of,
)
from rag.finishing import finish
from rag.prose import NOBODY, Prose, Writer
from rag.reading import Reader
from rag.retrieval import Searched, ranked_passage
from rag.settings import Settings
from rag.understanding import Understood, understand
from rag.verification import verify


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked passages without an answer; a ``status`` and ``reason`` where the scope is refused."""

    passages: tuple[RankedPassage, ...]
    scope: Scope
    status: AnswerStatus
    reason: str | None
    library: LibraryStamp


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at work: what it means, and what was found for it, if its scope has reports."""

    started: float
    clock: Clock
    edition: Edition
    understood: Understood
    found: Searched | None


class Assistant:
    """Answers questions about the reports of a library. Use it from any thread."""

    def __init__(
        self,
        *,
        library: Library,
        embedder: Embedder,
        reader: Reader,
        registry: BodyRegistry,
        settings: Settings,
        writer: Writer | None = None,
    ) -> None:
        self.library = library
        self._writer = writer
        self._editions = Editions(library, registry)
        self._drafter = Drafter(
            embedder=embedder,
            reader=reader,
            candidates=settings.candidates,
            read_passages=settings.read_passages,
        )

    def close(self) -> None:
        """Close the library, and the connections to a language model."""
        self.library.close()
        if self._writer is not None:
            self._writer.close()

    def answer(self, question: Question, *, account: str = NOBODY) -> Answer:
        """Return the answer; a refusal is an answer too.

        Raises:
            QuestionTooLong: it, or one before it, has too many characters.
            LibraryCorrupt: a passage is not what was written.
            UnprovenSentence: the answer could not be proven, and is withheld.
        """
        events = self.stream(question, account=account)
        return next(event.answer for event in events if isinstance(event, Answered))

    def stream(
        self,
        question: Question,
        *,
        cancelled: Callable[[], bool] = never,
        account: str = NOBODY,
    ) -> Iterator[AnswerEvent]:
        """Return the events of the answer as they come about; the last is ``answer``'s.

        ``cancelled`` is asked between the steps, and several times a second
        while a language model is waited for, whose tokens are the ``account``'s.

        Raises:
            Cancelled: it said that nobody waits any more.
            QuestionTooLong, LibraryCorrupt, UnprovenSentence: as ``answer``; the
                first of them before any event.
        """
        asked = self._ask(question)
        yield from self._passages_found(asked)
        require_wanted(cancelled)
        understood, draft = self._settle(asked, cancelled)
        answer = self._finish(asked, understood, draft)
        require_wanted(cancelled)
        if question.mode is Mode.LLM:
            prose = self._prose(asked, understood, draft)
            answer = yield from prose.events(answer, account=account, cancelled=cancelled)
        else:
            yield from sentences_of(answer)
        yield Answered(answer)

    def search(self, text: str, scope: Scope, *, k: int) -> SearchResult:
        """Return up to ``k`` passages for a query, best first, within its scope.

        Raises:
            QuestionTooLong: the query has too many characters.
        """
        edition = self.edition()
        understood = understand(Question(text, scope=scope), edition)
        refusal = understood.scope.refusal
        found: Sequence[Hit] = []
        if refusal is None:
            within = understood.scope.report_ids
            found = self._drafter.search(understood, edition, within, Clock()).fused
        return SearchResult(
            passages=tuple(ranked_passage(edition.snapshot, hit) for hit in found[:k]),
            scope=understood.scope.scope,
            status=refusal.status if refusal else AnswerStatus.ANSWERED,
            reason=refusal.reason if refusal else None,
            library=stamp_of(edition.snapshot),
        )

    def compare(
        self,
        topic: str,
        bodies: Sequence[str],
        cycles: Sequence[str] = (),
        reports: Sequence[str] = (),
    ) -> Answer:
        """Return what the reports of each body, cycle or report named say about a topic."""
        return self.side_by_side(topic, bodies, cycles, reports).answer

    def side_by_side(
        self,
        topic: str,
        bodies: Sequence[str],
        cycles: Sequence[str] = (),
        reports: Sequence[str] = (),
        *,
        cancelled: Callable[[], bool] = never,
    ) -> Comparison:
        """Return the answer of ``compare`` with the sentences of each side.

        Each of several bodies is a side, and so is each of several cycles of
        each of them; of one body or none, each of several reports.

        Raises:
            Cancelled: ``cancelled``, asked before each side, said that nobody waits any more.
        """
        stated = Scope(bodies=tuple(bodies), cycles=tuple(cycles), reports=tuple(reports))
        asked = self._ask(Question(topic, scope=stated))
        understood, draft = self._settle(asked, cancelled)
        return compared(self._finish(asked, understood, draft), draft.sides)

    def rankings(self, question: Question) -> Mapping[str, tuple[RankedPassage, ...]]:
        """Return the passages after each step: dense, keyword, fused, scoped, final."""
        edition = self.edition()
        understood = understand(question, edition)
        anywhere = self._drafter.search(understood, edition, None, Clock())
        steps: dict[str, Sequence[Hit]] = {
            "dense": anywhere.dense,
            "keyword": anywhere.keyword,
            "fused": anywhere.fused,
        }
        scoped: Sequence[Hit] = []
        if understood.scope.refusal is None:
            within = understood.scope.report_ids
            scoped = self._drafter.search(understood, edition, within, Clock()).fused
        steps["scoped"] = scoped
        return {
            **{
                name: tuple(ranked_passage(edition.snapshot, hit) for hit in hits)
                for name, hits in steps.items()
            },
            "final": self.answer(question).passages,
        }

    def observe(self, question: Question) -> Observation | None:
        """Return what the reader sees; ``None`` where the question is not answered by reading."""
        edition = self.edition()
        return self._drafter.observe(understand(question, edition), edition)

    def report(self, report_id: str) -> Report:
        return self.edition().snapshot.report(report_id)

    def stamp(self) -> LibraryStamp:
        return stamp_of(self.edition().snapshot)

    def edition(self) -> Edition:
        """Return the library's present revision, derived anew only when it has changed."""
        return self._editions.present()

    def _ask(self, question: Question) -> Asked:
        started, clock = perf_counter(), Clock()
        edition = self.edition()
        understood = understand(question, edition)
        found = self._drafter.find(understood, edition, clock)
        return Asked(started, clock, edition, understood, found)

    def _passages_found(self, asked: Asked) -> Iterator[PassagesFound]:
        """Give what will be read, unless the scope is only assumed, and may yet be widened."""
        scope, snapshot = asked.understood.scope, asked.edition.snapshot
        if asked.found is None or scope.otherwise is not None:
            return
        hits = self._drafter.to_read(asked.understood, asked.found, snapshot)
        yield PassagesFound(tuple(ranked_passage(snapshot, hit) for hit in hits), scope.scope)

    def _settle(self, asked: Asked, cancelled: Callable[[], bool]) -> tuple[Understood, Draft]:
        return self._drafter.settle(
            asked.understood, asked.found, asked.edition, asked.clock, cancelled=cancelled
        )

    def _finish(
        self, asked: Asked, understood: Understood, draft: Draft, mode: Mode = Mode.EXTRACTIVE
    ) -> Answer:
        """Return what the draft says as an answer that is proven."""
        snapshot = asked.edition.snapshot
        whole = self._drafter.shows_whole(understood.query)
        answer = finish(understood, draft, snapshot, whole=whole, mode=mode)
        total = (perf_counter() - asked.started) * 1000
        timed = replace(answer, timings_ms=replace(asked.clock.timings(), total=total))
        return verify(timed, lambda report_id: snapshot.report(report_id).text)

    def _prose(self, asked: Asked, understood: Understood, draft: Draft) -> Prose:
        return Prose(
            writer=self._writer,
            question=understood.text,
            draft=draft,
            snapshot=asked.edition.snapshot,
            finish=lambda written: self._finish(asked, understood, written, Mode.LLM),
        )
