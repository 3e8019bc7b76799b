"""The page of the library: which reports there are, and their judgements side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.pages.filters import Choices, Filters, choices_of, ordered
from api.pages.grids import grids_of
from api.pages.paging import Leaf, leaf_of
from api.pages.templates import render
from index.documents import Report
from index.store.library import ReportCard
from rag.scope.refusals import grades_not_comparable

ON_A_PAGE = 50

MOST_GRADED = 100
"""Reports in the grids; a page with more of them is no longer read but searched."""


def library_page(
    cards: Sequence[ReportCard], read: Callable[[str], Report], filters: Filters, *, number: int
) -> str:
    """Return page ``number``, from 1, of the library as HTML. ``read`` returns a whole report."""
    kept = ordered(card for card in cards if filters.keep(card))
    leaf: Leaf[ReportCard] = leaf_of(kept, number, size=ON_A_PAGE)
    graded = [card for card in kept if card.judgements]
    grids = grids_of(read(card.report_id) for card in graded[:MOST_GRADED])
    cycles = sorted({grid.cycle for grid in grids})
    choices: Choices = choices_of(cards)
    return render(
        "library.html",
        total=len(cards),
        bodies=len({body for card in kept for body in card.metadata.bodies[:1]}),
        leaf=leaf,
        filters=filters,
        choices=choices,
        grids=grids if len(graded) > 1 else (),
        left_out=max(len(graded) - MOST_GRADED, 0),
        warning=grades_not_comparable(cycles) if len(cycles) > 1 else None,
    )
