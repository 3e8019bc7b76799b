"""A question to a draft: searched, answered by structure, side by side, or by reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder
from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.answers import AnswerStatus
from rag.clock import Clock
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
from rag.editions import Edition
from rag.events import require_wanted
from rag.facts import requested_list
from rag.features import Candidate, sentence_features
from rag.questions import QuestionKind
from rag.reading import Reader
from rag.retrieval import Searched, retrieve, shown_to_encoder
from rag.structured import of_structure, without_list
from rag.understanding import Understood, widened
from rag.vocabulary import Query


@dataclass(frozen=True, slots=True)
class Observation:
    """The sentences that would be read for a question, and their features, one row each."""

    candidates: tuple[Candidate, ...]
    rows: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drafter:
    """Finds what will be said; ``candidates`` and ``read_passages`` as in the settings."""

    embedder: Embedder
    reader: Reader
    candidates: int
    read_passages: int

    def search(
        self,
        understood: Understood,
        edition: Edition,
        within: Sequence[str] | None,
        clock: Clock,
    ) -> Searched:
        """Return the passages nearest to the question, of the reports ``within`` or of all."""
        with clock.stage("embed"):
            shown = shown_to_encoder(understood.query.text, self.embedder)
            vector = self.embedder.embed_query(shown)
        with clock.stage("retrieve"):
            return retrieve(
                edition.snapshot,
                understood.query,
                vector,
                candidates=self.candidates,
                within=within,
            )

    def find(self, understood: Understood, edition: Edition, clock: Clock) -> Searched | None:
        """Return the search of the question's own scope, ``None`` where it has no reports."""
        scope = understood.scope
        if scope.refusal is not None or not scope.report_ids:
            return None
        return self.search(understood, edition, scope.report_ids, clock)

    def to_read(self, understood: Understood, found: Searched, snapshot: Snapshot) -> list[Hit]:
        """Return the passages that are read for the question, best first."""
        return passages_to_read(
            understood.reading, found, understood.scope, snapshot, passages=self.read_passages
        )

    def settle(
        self,
        understood: Understood,
        found: Searched | None,
        edition: Edition,
        clock: Clock,
        *,
        cancelled: Callable[[], bool],
    ) -> tuple[Understood, Draft]:
        """Return the draft, of the wider scope if what was assumed of the narrow one is no help.

        Raises:
            Cancelled: nobody waits for it any more; each side of a comparison is a step.
        """
        draft = self._draft(understood, found, edition, clock, cancelled)
        wider = widened(understood, edition)
        if draft.claims or wider is None:
            return understood, draft
        found = self.find(wider, edition, clock)
        return wider, self._draft(wider, found, edition, clock, cancelled)

    def observe(self, understood: Understood, edition: Edition) -> Observation | None:
        """Return what the reader sees; ``None`` where the question is not answered by reading."""
        snapshot, scope = edition.snapshot, understood.scope
        found = self.find(understood, edition, Clock())
        if found is None or draft_from_structure(
            understood.text, understood.reading, understood.query, scope, snapshot
        ):
            return None
        read = self.to_read(understood, found, snapshot)
        candidates, rows = sentence_features(
            snapshot, understood.query, found.vector, understood.reading.wants, read
        )
        return Observation(tuple(candidates), rows)

    def shows_whole(self, query: Query) -> bool:
        """Whether the encoder takes all words of the query."""
        return shown_to_encoder(query.text, self.embedder) == query.text

    def _draft(
        self,
        understood: Understood,
        found: Searched | None,
        edition: Edition,
        clock: Clock,
        cancelled: Callable[[], bool],
    ) -> Draft:
        scope, snapshot = understood.scope, edition.snapshot
        if scope.refusal is not None:
            return refused(scope.refusal.status, scope.refusal.reason)
        if found is None:
            return refused(AnswerStatus.NO_MATCHING_REPORTS, "This library holds no reports.")
        asked_for = requested_list(understood.text, understood.reading.kind)
        with clock.stage("read"):
            structure = draft_from_structure(
                understood.text, understood.reading, understood.query, scope, snapshot
            )
            if structure is not None:
                ranking = tuple(found.fused)
                drafted = of_structure(structure, asked_for, scope, snapshot, ranking=ranking)
                return replace(drafted, settled=True)
        if len(scope.sides) > 1:
            return self._compare(understood, edition, clock, cancelled)
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
            self.reader,
            scope,
            snapshot,
            passages=self.read_passages,
        )
        return read if defined is None else with_definition(defined, read)

    def _compare(
        self,
        understood: Understood,
        edition: Edition,
        clock: Clock,
        cancelled: Callable[[], bool],
    ) -> Draft:
        reading = replace(understood.reading, kind=QuestionKind.COMPARISON)
        sides: list[tuple[str, Draft | None]] = []
        for name, report_ids in understood.scope.sides:
            side = replace(understood.scope, report_ids=report_ids)
            if not report_ids:
                sides.append((name, None))
                continue
            require_wanted(cancelled)
            found = self.search(understood, edition, report_ids, clock)
            with clock.stage("read"):
                draft = draft_reading(
                    reading, understood.query, found, self.reader, side, edition.snapshot,
                    passages=self.read_passages, confident=CONFIDENT_SIDE,
                )  # fmt: skip
            sides.append((name, draft))
        return draft_comparison(sides)
