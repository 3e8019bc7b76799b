"""Where the passages of each report lie among all of a library, in the order of their ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryCorrupt, UnknownPassage, UnknownReport
from index.store.hits import Mask
from index.store.kept_indexes import Stamp
from index.store.segments import Cover


class Layout:
    """The rows of every index over one revision: a passage a row, by id.

    Raises:
        LibraryCorrupt: ids are out of order.

    """

    def __init__(self, stamps: Sequence[Stamp], *, revision: int) -> None:
        self.stamps = tuple(stamps)
        self._revision = revision
        sizes = np.array([stamp.passages for stamp in stamps], np.int64)
        firsts = np.array([stamp.first_id for stamp in stamps], np.int64)
        self._sizes = sizes
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        self.ids = np.repeat(firsts - self._starts[:-1], sizes) + np.arange(self._starts[-1])
        if np.any(np.diff(self.ids, prepend=0) <= 0):
            raise LibraryCorrupt(
                "the library's passage ids are out of order; see: peelback verify --repair"
            )
        self._number = {stamp.report_id: number for number, stamp in enumerate(stamps)}

    def known(self, report_id: str) -> Stamp:
        """Return the report's stamp.

        Raises:
            UnknownReport: this revision has none of that id.

        """
        number = self._number.get(report_id)
        if number is None:
            raise UnknownReport(f"no report {report_id!r} is in revision {self._revision}")
        return self.stamps[number]

    def place_of(self, passage_id: int) -> tuple[str, int]:
        """Return the report that a passage belongs to, and how many of it come before.

        Raises:
            UnknownPassage: this revision has none of that id.

        """
        row = int(np.searchsorted(self.ids, passage_id))
        if row == len(self.ids) or self.ids[row] != passage_id:
            raise UnknownPassage(f"no passage {passage_id} is in revision {self._revision}")
        number = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self.stamps[number].report_id, row - int(self._starts[number])

    def mask(self, within: Collection[str]) -> Mask:
        """Return which rows belong to these reports.

        Raises:
            UnknownReport: one of them is not here.

        """
        chosen = np.zeros(len(self.stamps), np.bool_)
        for report_id in within:
            if report_id not in self._number:
                self.known(report_id)
        chosen[[self._number[report_id] for report_id in within]] = True
        mask: Mask = np.repeat(chosen, self._sizes)
        return mask

    def rows_of(self, cover: Cover[Any]) -> NDArray[np.int64]:
        """Return the row of each passage of a segment; -1 where its report is not asked for."""
        numbers = np.array(
            [self._number.get(stamp.report_id, -1) for stamp in cover.segment.stamps], np.int64
        )
        sizes = np.array([stamp.passages for stamp in cover.segment.stamps], np.int64)
        begins = np.cumsum(sizes) - sizes
        rows = np.repeat(self._starts[numbers] - begins, sizes) + np.arange(sizes.sum())
        rows[~np.repeat(cover.live, sizes)] = -1
        return rows
