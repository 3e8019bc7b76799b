"""Which file each report of the library was made from, and what to call the next one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from index.store.library import HeldSource
from index.structure import report_id_of


class HeldSources:
    """The files behind a library's reports, found by their bytes and by their place."""

    def __init__(self, held: Iterable[HeldSource]) -> None:
        self._by_id: dict[str, HeldSource] = {}
        self._by_sha256: dict[str, dict[str, HeldSource]] = {}
        self._by_place: dict[tuple[str, str | None], HeldSource] = {}
        for one in held:
            self.put(one)

    def put(self, held: HeldSource) -> None:
        """Take note of a report that is in the library now; an earlier one of its id is not."""
        before = self._by_id.get(held.report_id)
        if before is not None:
            del self._by_sha256[before.sha256][before.report_id]
            self._by_place.pop((before.source, before.origin), None)
        self._by_id[held.report_id] = held
        self._by_sha256.setdefault(held.sha256, {})[held.report_id] = held
        self._by_place[held.source, held.origin] = held

    def get(self, report_id: str) -> HeldSource | None:
        return self._by_id.get(report_id)

    def at(self, name: str, *, origin: str) -> HeldSource | None:
        """Return the report made from what lay at this place before."""
        return self._by_place.get((name, origin))

    def with_bytes(self, sha256: str, *, name: str) -> HeldSource | None:
        """Return the report made from the same bytes, one of the same file name if there is."""
        same = list(self._by_sha256.get(sha256, {}).values())
        named = [held for held in same if held.source == name]
        return next(iter(named or same), None)

    def report_id(self, name: str, *, origin: str) -> str:
        """Return the id for a file with new bytes.

        A file from the same place as before keeps its report's id; another one
        gets the slug of its name, with a number behind it where that is taken.
        """
        before = self.at(name, origin=origin)
        if before is not None:
            return before.report_id
        slug = report_id_of(name)
        if slug not in self._by_id:
            return slug
        return next(free for n in count(2) if (free := f"{slug}-{n}") not in self._by_id)
