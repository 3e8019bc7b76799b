"""An index in segments: a report more is a small segment more, and small ones are put together.

What is asked for is covered by the segments there are, in memory or kept; what
they lack is built; and where four of about a size have come together they
become one, so that adding a report never rebuilds all and few are searched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.store.array_files import Array
from index.store.kept_indexes import IndexFolder, Stamp
from index.store.sizes import Sizes

FAN = 4
"""Segments of about a size that are put together, each ``FAN`` times the size of the last."""
THIN_UP_TO = 50_000
"""Passages up to which a segment is made anew as soon as a report of it is gone."""

T = TypeVar("T")


class Kind(Protocol[T]):
    """What is done with one kind of index."""

    @property
    def name(self) -> str: ...

    @property
    def maker(self) -> str:
        """All that the contents depend on beside the reports: code, formats."""

    def build(self, stamps: Sequence[Stamp]) -> T:
        """Return the index of these reports, in order."""

    def join(self, parts: Sequence[tuple[T, NDArray[np.bool_]]]) -> T:
        """Return the index of those reports of the parts that are true beside them, in order."""

    def arrays(self, built: T) -> Mapping[str, Array]: ...

    def of_arrays(self, arrays: Mapping[str, Array]) -> T: ...


@dataclass(frozen=True, slots=True)
class Segment(Generic[T]):
    """An index over some reports. ``path`` is where it is kept, if it is."""

    stamps: tuple[Stamp, ...]
    built: T
    path: Path | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Cover(Generic[T]):
    """A segment, and which of its reports are asked for."""

    segment: Segment[T]
    live: NDArray[np.bool_]

    @property
    def passages(self) -> int:
        sizes = [stamp.passages for stamp in self.segment.stamps]
        return int(np.array(sizes, np.int64)[self.live].sum()) if sizes else 0

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        return tuple(
            stamp for stamp, is_live in zip(self.segment.stamps, self.live, strict=True) if is_live
        )


def covering(
    wanted: Sequence[Stamp],
    kind: Kind[T],
    folder: IndexFolder,
    *,
    held: Sequence[Segment[T]],
    revision: int,
    sizes: Sizes,
) -> list[Cover[T]]:
    """Return segments that have each report in ``wanted`` once, and write down those that are new.

    ``held`` are segments in memory: of an earlier revision, or of this one.
    """
    known = frozenset(segment.path for segment in held if segment.path is not None)
    kept = folder.read(kind.name, kind.maker, besides=known)
    read = [
        Segment(k.facts.stamps, kind.of_arrays(k.arrays), k.path, k.facts.revision) for k in kept
    ]
    covers, missing = _covered(wanted, (*held, *read))
    if missing:
        built = Segment(tuple(missing), kind.build(missing))
        covers.append(Cover(built, np.ones(len(missing), np.bool_)))
    covers = _put_together(covers, kind, sizes)
    covers = [_written(cover, kind, folder, revision, sizes) for cover in covers]
    used = {cover.segment.path for cover in covers}
    _delete(folder, [s for s in (*held, *read) if s.path not in used], revision)
    return covers


def forget(
    report_id: str, kind: Kind[T], folder: IndexFolder, *, sizes: Sizes, up_to: int | None = None
) -> None:
    """Make anew, without a report, what is kept of it; ``up_to`` so many passages, if it says."""
    for kept in folder.read(kind.name, kind.maker, besides=frozenset()):
        live = np.array([stamp.report_id != report_id for stamp in kept.facts.stamps], np.bool_)
        passages = sum(stamp.passages for stamp in kept.facts.stamps)
        if live.all() or (up_to is not None and passages > up_to):
            continue
        cover = Cover(Segment(kept.facts.stamps, kind.of_arrays(kept.arrays)), live)
        if live.any():
            thinned = _joined([cover], kind)
            _written(thinned, kind, folder, kept.facts.revision, sizes)
        folder.delete(kept.path)


def _covered(
    wanted: Sequence[Stamp], segments: Iterable[Segment[T]]
) -> tuple[list[Cover[T]], list[Stamp]]:
    """Return the segments that are of use, and what none of them has."""
    left = dict.fromkeys(wanted)
    covers: list[Cover[T]] = []
    for segment in segments:
        live = np.array([stamp in left for stamp in segment.stamps], np.bool_)
        if live.any():
            covers.append(Cover(segment, live))
            for stamp in segment.stamps:
                left.pop(stamp, None)
    return covers, list(left)


def _put_together(covers: Sequence[Cover[T]], kind: Kind[T], sizes: Sizes) -> list[Cover[T]]:
    """Return the covers with those joined that are of a size, and thinned that are small."""
    by_size: dict[int, list[Cover[T]]] = {}
    for cover in covers:
        by_size.setdefault(_size_class(cover.passages, sizes), []).append(cover)
    settled: list[Cover[T]] = []
    size = min(by_size, default=0)
    while size in by_size or any(other > size for other in by_size):
        alike = by_size.pop(size, [])
        if len(alike) >= FAN:
            whole = _joined(alike, kind)
            by_size.setdefault(max(size + 1, _size_class(whole.passages, sizes)), []).append(whole)
        else:
            settled += [
                c if c.live.all() or c.passages > THIN_UP_TO else _joined([c], kind) for c in alike
            ]
        size += 1
    return sorted(settled, key=lambda cover: -cover.passages)


def _size_class(passages: int, sizes: Sizes) -> int:
    smallest = sizes.smallest_segment
    return 0 if passages < smallest else 1 + int(math.log(passages / smallest, FAN))


def _joined(covers: Sequence[Cover[T]], kind: Kind[T]) -> Cover[T]:
    stamps = tuple(stamp for cover in covers for stamp in cover.stamps)
    built = kind.join([(cover.segment.built, cover.live) for cover in covers])
    return Cover(Segment(stamps, built), np.ones(len(stamps), np.bool_))


def _written(
    cover: Cover[T], kind: Kind[T], folder: IndexFolder, revision: int, sizes: Sizes
) -> Cover[T]:
    """Return the cover with its segment written down, where it is new and worth it."""
    segment = cover.segment
    if segment.path is not None or cover.passages < sizes.kept_from:
        return cover
    path = folder.write(
        kind.name, kind.maker, revision=revision, stamps=segment.stamps,
        arrays=kind.arrays(segment.built),
    )  # fmt: skip
    return replace(cover, segment=replace(segment, path=path, revision=revision))


def _delete(folder: IndexFolder, unused: Collection[Segment[T]], revision: int) -> None:
    """Delete what is kept and no longer needed; what a later revision wrote is left to it."""
    for segment in unused:
        if segment.path is not None and segment.revision <= revision:
            folder.delete(segment.path)
