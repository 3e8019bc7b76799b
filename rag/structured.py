"""What the parsed structure answers, as a draft: by side, with what is not there, or too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.answers import AnswerStatus
from rag.drafts import Draft, draft_comparison, not_said, refused
from rag.extractive import report_name
from rag.facts.counts import why_too_many
from rag.facts.lists import ListRequest
from rag.scope import ScopeReading


def of_structure(
    structure: Draft,
    asked_for: ListRequest | None,
    scope: ScopeReading,
    snapshot: Snapshot,
    *,
    ranking: tuple[Hit, ...],
) -> Draft:
    """Return what the structure says, side by side where sides are compared, unless it is too much.

    What a named body or report prints is given in full, however much it is.
    """
    structure = replace(structure, ranking=ranking)
    if len(scope.sides) > 1:
        return draft_comparison(_split_by_side(structure, scope.sides, snapshot))
    if asked_for is None:
        return structure
    structure = _with_silent_reports(structure, scope, snapshot, one=asked_for.one)
    if scope.scope.bodies or scope.scope.reports:
        return structure
    if (too_many := why_too_many(asked_for, structure.claims)) is None:
        return structure
    return replace(refused(AnswerStatus.NEEDS_CLARIFICATION, too_many), ranking=ranking)


def without_list(draft: Draft, scope: ScopeReading, snapshot: Snapshot, *, name: str) -> Draft:
    """Return a draft that does not answer, with the reason that no report prints such a list."""
    where = "it" if len(scope.report_ids) == 1 else "them"
    reason = f"{not_said(scope, snapshot)} No list of {name} was found in {where}."
    return replace(draft, status=AnswerStatus.NOT_IN_REPORTS, reason=reason)


def _with_silent_reports(
    draft: Draft, scope: ScopeReading, snapshot: Snapshot, *, one: str
) -> Draft:
    """Return the list with a note on the reports in scope that print nothing of it."""
    listing = {quote.report_id for claim in draft.claims for quote in claim.quotes}
    silent = [report_id for report_id in scope.report_ids if report_id not in listing]
    if not silent:
        return draft
    names = " and ".join(report_name(snapshot.report(report_id)) for report_id in silent)
    where = names if len(silent) <= 2 else f"the other {len(silent)} reports in scope"
    return replace(
        draft, notes=(*draft.notes, f"No {one} that was asked for is listed in {where}.")
    )


def _split_by_side(
    structure: Draft, sides: Sequence[tuple[str, tuple[str, ...]]], snapshot: Snapshot
) -> list[tuple[str, Draft | None]]:
    """Return for each side what the structure says of its reports, ``None`` if it has none."""
    drafts: list[tuple[str, Draft | None]] = []
    for name, report_ids in sides:
        own = tuple(c for c in structure.claims if c.quotes[0].report_id in report_ids)
        hits = tuple(
            hit for hit in structure.ranking if snapshot.report_id_of(hit.passage_id) in report_ids
        )
        side = replace(structure, claims=own, ranking=hits)
        drafts.append((name, side if report_ids else None))
    return drafts
