"""A draft written down as an answer, every field of it."""

from __future__ import annotations

from index.store.snapshot import Snapshot
from rag.answers import Answer, Coverage, Mode, Timings
from rag.drafts import Draft
from rag.editions import stamp_of
from rag.extractive import compose
from rag.identity import answer_id
from rag.retrieval import cited_first
from rag.understanding import Understood

CUT_SHORT = (
    "The question is longer than the encoder takes: its last words were searched for as keywords "
    "only. A shorter question may find more."
)


def finish(
    understood: Understood,
    draft: Draft,
    snapshot: Snapshot,
    *,
    whole: bool,
    mode: Mode = Mode.EXTRACTIVE,
) -> Answer:
    """Return the answer, which says what the draft says.

    ``whole`` says that the encoder took all words of the question. The timings
    and, where prose was asked for, the reason that there is none are the caller's.
    """
    question = understood.question
    composition = compose(draft.claims, snapshot)
    in_scope = len(understood.scope.report_ids)
    searched = in_scope if draft.ranking else 0
    cut_short = (CUT_SHORT,) if searched and not whole else ()
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
            searched=searched,
            cited=len({citation.report_id for citation in composition.citations}),
        ),
        warnings=(*understood.scope.warnings, *draft.notes, *understood.carried, *cut_short),
        confidence=draft.confidence,
        mode=mode,
        degraded=None,
        library=stamp_of(snapshot),
        timings_ms=Timings(0.0, 0.0, 0.0, 0.0),
    )
