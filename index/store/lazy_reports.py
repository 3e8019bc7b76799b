"""Reports that are read when somebody looks at what they say, and not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

from index.documents import Action, Definition, Judgement, Report, Section
from index.store.records import ReportCard


class UnreadReport(Report):
    """A report of which the card is in memory. It is read when it is asked for more than that.

    That it has no judgements, or no actions, its card says too.
    """

    __slots__ = ("_card", "_read")
    _card: ReportCard
    _read: Callable[[str], Report]

    def __init__(self, card: ReportCard, read: Callable[[str], Report]) -> None:
        for name, value in (
            ("report_id", card.report_id),
            ("source", card.source),
            ("sha256", card.sha256),
            ("metadata", card.metadata),
            ("_card", card),
            ("_read", read),
        ):
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError(f"{self.report_id!r} is not read: pickle the report itself")

    @property
    def text(self) -> str:
        return self._whole().text

    @property
    def sections(self) -> tuple[Section, ...]:
        return self._whole().sections

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        return self._whole().judgements if self._card.judgements else ()

    @property
    def actions(self) -> tuple[Action, ...]:
        return self._whole().actions if self._card.actions else ()

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return self._whole().definitions

    @property
    def page_starts(self) -> tuple[int, ...]:
        return self._whole().page_starts

    def _whole(self) -> Report:
        return self._read(self.report_id)


class LazyReports(Sequence[Report]):
    """The reports of these ids, in order. Most questions need to know only that there are some."""

    def __init__(
        self,
        cards: Mapping[str, ReportCard],
        read: Callable[[str], Report],
        report_ids: Sequence[str],
    ) -> None:
        self._cards = cards
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
            return LazyReports(self._cards, self._read, self._report_ids[index])
        return UnreadReport(self._cards[self._report_ids[index]], self._read)
