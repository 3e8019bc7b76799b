"""The folder beside a library where what is derived from it is kept: ``library.db-index``.

Everything in it can be made again from the library: it may be deleted at any
time. A file says for which reports of which library it was made, by their
digests, and carries a sha256 of itself; one that does not fit is not used.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from index.store.array_files import Array, DamagedArrays, read_arrays, write_arrays
from index.store.connections import INDEX_SUFFIX

logger = logging.getLogger(__name__)

STALE_S = 3600.0
"""A file half written is taken for abandoned after this long."""


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """Which report, as it was added at one revision, and its passages' ids: they follow on."""

    report_id: str
    digest: str
    added_revision: int
    first_id: int
    passages: int


class KeptFacts(msgspec.Struct, frozen=True):
    """What an index was made for. ``maker`` names all that its contents depend on beside it."""

    library_id: str
    revision: int
    maker: str
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An index that was read, or written, and found whole."""

    path: Path
    facts: KeptFacts
    arrays: Mapping[str, Array]


class IndexFolder:
    """The indexes that are kept for one library."""

    def __init__(self, library: Path, library_id: str) -> None:
        self._folder = library.with_name(library.name + INDEX_SUFFIX)
        self._library_id = library_id

    def read(self, kind: str, maker: str, *, besides: frozenset[Path]) -> list[Kept]:
        """Return what there is of a kind, largest first; what is damaged or another's is deleted.

        ``besides`` are the files that need not be read: the caller has them.
        """
        found = [self._read(path, maker) for path in self._paths(kind) if path not in besides]
        return sorted(
            (kept for kept in found if kept is not None),
            key=lambda kept: (-sum(s.passages for s in kept.facts.stamps), kept.path.name),
        )

    def write(
        self, kind: str, maker: str, *, revision: int, stamps: tuple[Stamp, ...],
        arrays: Mapping[str, Array],
    ) -> Path | None:  # fmt: skip
        """Return where the arrays are; ``None`` where they cannot be written, which is logged."""
        facts = KeptFacts(self._library_id, revision, maker, stamps)
        name = sha256(msgspec.json.encode(facts)).hexdigest()[:20]
        path = self._folder / f"{kind}-{name}.arrays"
        try:
            write_arrays(path, facts, arrays)
        except OSError as error:
            logger.info("the index cannot be kept in %s: %s", self._folder, error)
            return None
        self._sweep()
        return path

    def delete(self, path: Path) -> None:
        """Delete an index; who has it mapped goes on using it."""
        with suppress(OSError):
            path.unlink()

    def _paths(self, kind: str) -> list[Path]:
        return sorted(self._folder.glob(f"{kind}-*.arrays"))

    def _read(self, path: Path, maker: str) -> Kept | None:
        try:
            file = read_arrays(path)
            facts = msgspec.convert(file.facts, KeptFacts)
        except FileNotFoundError:
            return None  # another process has put it together with others meanwhile
        except (DamagedArrays, msgspec.ValidationError) as damage:
            logger.warning("%s; it is made again", damage)
            self.delete(path)
            return None
        except OSError as error:
            logger.warning("%s cannot be read: %s", path, error)
            return None
        if (facts.library_id, facts.maker) != (self._library_id, maker):
            self.delete(path)
            return None
        return Kept(path, facts, file.arrays)

    def _sweep(self) -> None:
        """Delete what processes left behind that were killed while they wrote."""
        for path in self._folder.glob(".*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE_S:
                    path.unlink()
