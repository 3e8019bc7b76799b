"""The library as it stands at one revision, with what is derived from its reports."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from index.bodies import BodyRegistry
from index.store.library import Library
from index.store.snapshot import Snapshot
from rag.answers import LibraryStamp
from rag.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True, slots=True)
class Edition:
    """One revision of the library and what is derived from its reports."""

    snapshot: Snapshot
    registry: BodyRegistry
    vocabulary: Vocabulary


class Editions:
    """Derives each revision's edition once. Use it from any thread."""

    def __init__(self, library: Library, registry: BodyRegistry) -> None:
        self._library = library
        self._registry = registry
        self._latest: Edition | None = None
        self._deriving = threading.Lock()

    def present(self) -> Edition:
        """Return the library's present revision, derived anew only when it has changed."""
        snapshot = self._library.snapshot()
        with self._deriving:
            if self._latest is None or self._latest.snapshot is not snapshot:
                # A body that only this library knows is one that a question may name.
                names = [
                    name
                    for card in snapshot.cards.values()
                    for name in (*card.metadata.bodies[:1], card.metadata.area)
                    if name
                ]
                self._latest = Edition(
                    snapshot=snapshot,
                    registry=self._registry.with_areas(names),
                    vocabulary=load_vocabulary(snapshot.definitions()),
                )
            return self._latest


def stamp_of(snapshot: Snapshot) -> LibraryStamp:
    return LibraryStamp(len(snapshot.cards), snapshot.revision, snapshot.digest)
