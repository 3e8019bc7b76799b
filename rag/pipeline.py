"""A question to a cited answer: the story, top to bottom."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from index.bodies import BodyRegistry
from index.documents import Report
from index.embedding import Embedder
from index.store.hits import Hit
from index.store.library import Library
from index.store.snapshot import Snapshot
from rag.answers import (
    Answer,
    AnswerStatus,
    Coverage,
    LibraryStamp,
    Mode,
    Question,
    RankedPassage,
    Scope,
    Timings,
)
from rag.clock import Clock
from rag.comparison import Comparison, compared
from rag.drafts import (
    CONFIDENT_SIDE,
    Draft,
    draft_comparison,
    draft_definition,
    draft_from_structure,
    draft_reading,
    passages_to_read,
    refused,
    with_definition,
)
from rag.events import (
    Answered,
    AnswerEvent,
    Cancelled,
    PassagesFound,
    SentenceVerified,
    never,
)
from rag.extractive import compose
from rag.facts import requested_list
from rag.features import Candidate, sentence_features
from rag.followups import stand_alone
from rag.identity import answer_id
from rag.limits import within_limits
from rag.questions import QuestionKind, QuestionReading, read_question
from rag.reading import Reader
from rag.retrieval import (
    Searched,
    cited_first,
    ranked_passage,
    retrieve,
    shown_to_encoder,
)
from rag.scope import ScopeReading, read_scope
from rag.settings import Settings
from rag.structured import of_structure, without_list
from rag.verification import verify
from rag.vocabulary import Query, Vocabulary, load_vocabulary, read_words

CUT_SHORT = (
    "The question is longer than the encoder takes: its last words were searched for as keywords "
    "only. A shorter question may find more."
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One revision of the library and what is derived from its reports."""

    snapshot: Snapshot
    registry: BodyRegistry
    vocabulary: Vocabulary


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


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked passages without an answer; a ``status`` and ``reason`` where the scope is refused."""

    passages: tuple[RankedPassage, ...]
    scope: Scope
    status: AnswerStatus
    reason: str | None
    library: LibraryStamp


@dataclass(frozen=True, slots=True)
class Observation:
    """The sentences that would be read for a question, and their features, one row each."""

    candidates: tuple[Candidate, ...]
    rows: NDArray[np.float64]


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
    ) -> None:
        self.library = library
        self._embedder = embedder
        self._reader = reader
        self._registry = registry
        self._settings = settings
        self._edition: Edition | None = None
        self._deriving = threading.Lock()

    def answer(self, question: Question) -> Answer:
        """Return the answer; a refusal is an answer too.

        Raises:
            QuestionTooLong: it, or one before it, has too many characters.
            LibraryCorrupt: a passage is not what was written.
            UnprovenSentence: the answer could not be proven, and is withheld.
        """
        return self._answer(question)[0]

    def stream(
        self, question: Question, *, cancelled: Callable[[], bool] = never
    ) -> Iterator[AnswerEvent]:
        """Return the events of the answer as they come about; the last is ``answer``'s.

        ``cancelled`` is asked between the steps, and several times a second
        while something outside is waited for.

        Raises:
            Cancelled: it said that nobody waits any more.
            QuestionTooLong, LibraryCorrupt, UnprovenSentence: as ``answer``; the
                first of them before any event.
        """
        answer = self.answer(question)
        if cancelled():
            raise Cancelled("the question was taken back")
        if answer.passages:
            yield PassagesFound(answer.passages, answer.scope)
        shown: set[int] = set()
        for sentence in answer.sentences:
            new = tuple(
                c
                for c in answer.citations
                if c.number in sentence.citations and c.number not in shown
            )
            shown.update(c.number for c in new)
            yield SentenceVerified(sentence, new)
        yield Answered(answer)

    def search(self, text: str, scope: Scope, *, k: int) -> SearchResult:
        """Return up to ``k`` passages for a query, best first, within its scope.

        Raises:
            QuestionTooLong: the query has too many characters.
        """
        edition = self.edition()
        understood = self._understand(Question(text, scope=scope), edition)
        refusal = understood.scope.refusal
        found: Sequence[Hit] = []
        if refusal is None:
            found = self._search(understood, edition, understood.scope.report_ids, Clock()).fused
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
    ) -> Comparison:
        """Return the answer of ``compare`` with the sentences of each side.

        Each of several bodies is a side, and so is each of several cycles of
        each of them; of one body or none, each of several reports.
        """
        stated = Scope(bodies=tuple(bodies), cycles=tuple(cycles), reports=tuple(reports))
        answer, draft = self._answer(Question(topic, scope=stated))
        return compared(answer, draft.sides)

    def rankings(self, question: Question) -> Mapping[str, tuple[RankedPassage, ...]]:
        """Return the passages after each step: dense, keyword, fused, scoped, final."""
        edition = self.edition()
        understood = self._understand(question, edition)
        anywhere = self._search(understood, edition, None, Clock())
        steps: dict[str, Sequence[Hit]] = {
            "dense": anywhere.dense,
            "keyword": anywhere.keyword,
            "fused": anywhere.fused,
        }
        scoped: Sequence[Hit] = []
        if understood.scope.refusal is None:
            within = understood.scope.report_ids
            scoped = self._search(understood, edition, within, Clock()).fused
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
        asked = self._understand(question, edition)
        scope = asked.scope
        if scope.refusal is not None or not scope.report_ids:
            return None
        if draft_from_structure(asked.text, asked.reading, asked.query, scope, edition.snapshot):
            return None
        found = self._search(asked, edition, scope.report_ids, Clock())
        read = passages_to_read(
            asked.reading, found, scope, edition.snapshot, passages=self._settings.read_passages
        )
        wants = asked.reading.wants
        candidates, rows = sentence_features(
            edition.snapshot, asked.query, found.vector, wants, read
        )
        return Observation(tuple(candidates), rows)

    def report(self, report_id: str) -> Report:
        return self.edition().snapshot.report(report_id)

    def stamp(self) -> LibraryStamp:
        return stamp_of(self.edition().snapshot)

    def edition(self) -> Edition:
        """Return the library's present revision, derived anew only when it has changed."""
        snapshot = self.library.snapshot()
        with self._deriving:
            if self._edition is None or self._edition.snapshot is not snapshot:
                # A body that only this library knows is one that a question may name.
                names = [
                    name
                    for card in snapshot.cards.values()
                    for name in (*card.metadata.bodies[:1], card.metadata.area)
                    if name
                ]
                self._edition = Edition(
                    snapshot=snapshot,
                    registry=self._registry.with_areas(names),
                    vocabulary=load_vocabulary(snapshot.definitions()),
                )
            return self._edition

    def _answer(self, question: Question) -> tuple[Answer, Draft]:
        started = perf_counter()
        edition = self.edition()
        clock = Clock()
        understood, draft = self._settle(self._understand(question, edition), edition, clock)
        answer = _finish(understood, draft, edition.snapshot)
        if answer.coverage.searched and not self._shows_whole(understood.query):
            answer = replace(answer, warnings=(*answer.warnings, CUT_SHORT))
        total = (perf_counter() - started) * 1000
        timed = replace(answer, timings_ms=replace(clock.timings(), total=total))
        return verify(timed, lambda report_id: edition.snapshot.report(report_id).text), draft

    def _settle(
        self, understood: Understood, edition: Edition, clock: Clock
    ) -> tuple[Understood, Draft]:
        """Return the draft, of the wider scope if what was assumed of the narrow one is no help."""
        draft = self._draft(understood, edition, clock)
        wider = understood.scope.otherwise
        if draft.claims or wider is None:
            return understood, draft
        query = self._words(wider, edition)
        understood = replace(understood, scope=wider, query=query)
        return understood, self._draft(understood, edition, clock)

    def _shows_whole(self, query: Query) -> bool:
        return shown_to_encoder(query.text, self._embedder) == query.text

    def _understand(self, question: Question, edition: Edition) -> Understood:
        question = within_limits(question)
        alone = stand_alone(question.text, question.history, edition.registry)
        cards = edition.snapshot.cards
        scope = read_scope(alone.text, question.scope, cards, edition.registry)
        return Understood(
            question=question,
            text=alone.text,
            scope=scope,
            reading=read_question(alone.text),
            query=self._words(scope, edition),
            carried=alone.carried,
        )

    def _words(self, scope: ScopeReading, edition: Edition) -> Query:
        keywords = edition.snapshot.keywords
        return read_words(scope.topic, edition.vocabulary, keywords, names=scope.scope.bodies)

    def _draft(self, understood: Understood, edition: Edition, clock: Clock) -> Draft:
        scope, snapshot = understood.scope, edition.snapshot
        if scope.refusal is not None:
            return refused(scope.refusal.status, scope.refusal.reason)
        if not scope.report_ids:
            return refused(AnswerStatus.NO_MATCHING_REPORTS, "This library holds no reports.")
        found = self._search(understood, edition, scope.report_ids, clock)
        asked_for = requested_list(understood.text, understood.reading.kind)
        with clock.stage("read"):
            structure = draft_from_structure(
                understood.text, understood.reading, understood.query, scope, snapshot
            )
            if structure is not None:
                return of_structure(
                    structure, asked_for, scope, snapshot, ranking=tuple(found.fused)
                )
        if len(scope.sides) > 1:
            return self._compare(understood, edition, clock)
        with clock.stage("read"):
            draft = self._read(understood, found, snapshot)
        if draft.claims or asked_for is None:
            return draft
        return without_list(draft, scope, snapshot, name=asked_for.name)

    def _read(self, understood: Understood, found: Searched, snapshot: Snapshot) -> Draft:
        scope, defined = understood.scope, None
        if understood.reading.kind is QuestionKind.DEFINITION:
            defined = draft_definition(understood.text, scope, snapshot)
            if defined is not None and not defined.claims:
                return replace(defined, ranking=tuple(found.fused))
        read = draft_reading(
            understood.reading,
            understood.query,
            found,
            self._reader,
            scope,
            snapshot,
            passages=self._settings.read_passages,
        )
        return read if defined is None else with_definition(defined, read)

    def _compare(self, understood: Understood, edition: Edition, clock: Clock) -> Draft:
        reading = replace(understood.reading, kind=QuestionKind.COMPARISON)
        sides: list[tuple[str, Draft | None]] = []
        for name, report_ids in understood.scope.sides:
            side = replace(understood.scope, report_ids=report_ids)
            if not report_ids:
                sides.append((name, None))
                continue
            found = self._search(understood, edition, report_ids, clock)
            with clock.stage("read"):
                draft = draft_reading(
                    reading, understood.query, found, self._reader, side, edition.snapshot,
                    passages=self._settings.read_passages, confident=CONFIDENT_SIDE,
                )  # fmt: skip
            sides.append((name, draft))
        return draft_comparison(sides)

    def _search(
        self,
        understood: Understood,
        edition: Edition,
        within: Sequence[str] | None,
        clock: Clock,
    ) -> Searched:
        with clock.stage("embed"):
            shown = shown_to_encoder(understood.query.text, self._embedder)
            vector = self._embedder.embed_query(shown)
        with clock.stage("retrieve"):
            return retrieve(
                edition.snapshot,
                understood.query,
                vector,
                candidates=self._settings.candidates,
                within=within,
            )


def stamp_of(snapshot: Snapshot) -> LibraryStamp:
    return LibraryStamp(len(snapshot.cards), snapshot.revision, snapshot.digest)


def _finish(understood: Understood, draft: Draft, snapshot: Snapshot) -> Answer:
    question = understood.question
    composition = compose(draft.claims, snapshot)
    in_scope = len(understood.scope.report_ids)
    asked_for_prose = question.mode is Mode.LLM
    return Answer(
        id=answer_id(question, understood.scope.scope, snapshot.digest),
        question=question.text,
        status=draft.status,
        reason=draft.reason,
        text=composition.text,
        sentences=composition.sentences,
        citations=composition.citations,
        passages=cited_first(snapshot, composition.citations, draft.ranking),
        scope=understood.scope.scope,
        coverage=Coverage(
            in_scope=in_scope,
            searched=in_scope if draft.ranking else 0,
            cited=len({citation.report_id for citation in composition.citations}),
        ),
        warnings=(*understood.scope.warnings, *draft.notes, *understood.carried),
        confidence=draft.confidence,
        mode=Mode.EXTRACTIVE,
        degraded="No language model is configured." if asked_for_prose else None,
        library=stamp_of(snapshot),
        timings_ms=Timings(0.0, 0.0, 0.0, 0.0),
    )
