"""Reports that are read when somebody looks at them, and not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from index.documents import Report


class LazyReports(Sequence[Report]):
    """The reports of these ids, in order. Most questions need to know only that there are some."""

    def __init__(self, read: Callable[[str], Report], report_ids: Sequence[str]) -> None:
        self._read = read
        self._report_ids = report_ids

    def __len__(self) -> int:
        return len(self._report_ids)

    @overload
    def __getitem__(self, index: int) -> Report: ...
    @overload
    def __getitem__(self, index: slice) -> LazyReports: ...
    def __getitem__(self, index: int | slice) -> Report | LazyReports:
        if isinstance(index, slice):
            return LazyReports(self._read, self._report_ids[index])
        return self._read(self._report_ids[index])
