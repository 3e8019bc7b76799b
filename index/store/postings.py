"""Which passages hold which token how often: the part of BM25 that no other passage changes.

Document frequencies and the mean length do change with every report; they are
worked out when a question is asked. So postings can be kept, put together and
thinned out without a text being read again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.store.array_files import Array

CHUNK = 20_000
"""Passages whose tokens are held as a list at a time: some 3 million numbers, 12 MB."""

_TF = np.uint16
_MOST = int(np.iinfo(_TF).max)
"""No passage holds a token more often: passages have a few hundred words."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenisedReport:
    """A report's passages as tokens, the words its text is written with, and a note to keep."""

    passages: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    note: bytes = b""


@dataclass(frozen=True, slots=True)
class Postings:
    """Tokens of passages, report by report.

    ``tokens`` and ``words`` are sorted. Token ``t`` is in the passages
    ``docs[starts[t]:starts[t + 1]]``, rising, ``counts[...]`` times in each;
    ``lengths`` says how many tokens each passage has. Report ``r`` is the
    passages from ``firsts[r]`` to ``firsts[r + 1]``, is written with the words
    ``report_words[word_starts[r]:word_starts[r + 1]]`` and has the note
    ``notes[note_starts[r]:note_starts[r + 1]]``.
    """

    tokens: tuple[str, ...]
    starts: Numbers
    docs: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.uint32]
    firsts: Numbers
    words: tuple[str, ...]
    word_starts: Numbers
    report_words: NDArray[np.uint32]
    note_starts: Numbers
    notes: NDArray[np.uint8]

    @property
    def reports(self) -> int:
        return len(self.firsts) - 1

    def note(self, report: int) -> bytes:
        return self.notes[self.note_starts[report] : self.note_starts[report + 1]].tobytes()

    def arrays(self) -> dict[str, Array]:
        """Return all of it as arrays, the names of tokens and words as text."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: _as_text(value) if isinstance(value, tuple) else value
            for name, value in named.items()
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> Postings:
        """Return what ``arrays`` was called on."""
        given: dict[str, Any] = dict(arrays)
        for name in ("tokens", "words"):
            given[name] = _from_text(arrays[name])
        return cls(**given)


def postings_of(reports: Iterable[TokenisedReport]) -> Postings:
    """Return the postings of reports, in order; a few thousand passages are in hand at a time."""
    chunks = [_postings_of_chunk(chunk) for chunk in _chunks(iter(reports))]
    return joined(chunks) if len(chunks) != 1 else chunks[0]


def joined(parts: Sequence[Postings]) -> Postings:
    """Return the postings of all reports of ``parts``, in order."""
    tokens, token_maps = _merged([part.tokens for part in parts])
    words, word_maps = _merged([part.words for part in parts])
    starts, docs, counts = _joined_lists(parts, token_maps, len(tokens))
    return Postings(
        tokens=tokens,
        starts=starts,
        docs=docs,
        counts=counts,
        lengths=_stacked([part.lengths for part in parts], np.uint32),
        firsts=_chained([part.firsts for part in parts]),
        words=words,
        word_starts=_chained([part.word_starts for part in parts]),
        report_words=_stacked(
            [m[p.report_words] for m, p in zip(word_maps, parts, strict=True)], np.uint32
        ),
        note_starts=_chained([part.note_starts for part in parts]),
        notes=_stacked([part.notes for part in parts], np.uint8),
    )


def thinned(postings: Postings, kept: NDArray[np.bool_]) -> Postings:
    """Return the postings without the reports that are false in ``kept``: no word of them stays."""
    passages = np.repeat(kept, np.diff(postings.firsts))
    of_kept = passages[postings.docs]
    held = _sums(of_kept, postings.starts)
    report_words, word_starts = _picked(postings.report_words, postings.word_starts, kept)
    notes, note_starts = _picked(postings.notes, postings.note_starts, kept)
    used = np.zeros(len(postings.words), np.bool_)
    used[report_words] = True
    return Postings(
        tokens=tuple(t for t, n in zip(postings.tokens, held.tolist(), strict=True) if n),
        starts=_ends(held[held > 0]),
        docs=_renumbered(passages)[postings.docs[of_kept]],
        counts=postings.counts[of_kept],
        lengths=postings.lengths[passages],
        firsts=_ends(np.diff(postings.firsts)[kept]),
        words=tuple(w for w, is_used in zip(postings.words, used.tolist(), strict=True) if is_used),
        word_starts=word_starts,
        report_words=_renumbered(used)[report_words],
        note_starts=note_starts,
        notes=notes,
    )


def _chunks(reports: Iterator[TokenisedReport]) -> Iterator[list[TokenisedReport]]:
    """Yield the reports in lists of about ``CHUNK`` passages; at least one list."""
    chunk: list[TokenisedReport] = list(islice(reports, 1))
    passages = sum(len(report.passages) for report in chunk)
    for report in reports:
        if passages >= CHUNK:
            yield chunk
            chunk, passages = [], 0
        chunk.append(report)
        passages += len(report.passages)
    yield chunk


def _postings_of_chunk(reports: Sequence[TokenisedReport]) -> Postings:
    passages = [tokens for report in reports for tokens in report.passages]
    lengths = np.array([len(tokens) for tokens in passages], np.uint32)
    tokens, said = _numbered(tokens for tokens in passages)
    # One number for a token in a passage: sorted, they are the lists one after another.
    pairs, counts = np.unique(
        said * max(len(passages), 1) + np.repeat(np.arange(len(passages)), lengths),
        return_counts=True,
    )
    if counts.max(initial=0) > _MOST:
        raise ValueError(f"a passage holds one token {counts.max()} times, the most is {_MOST}")
    owners, docs = np.divmod(pairs, max(len(passages), 1))
    words, report_words = _numbered(sorted(report.words) for report in reports)
    notes = [report.note for report in reports]
    return Postings(
        tokens=tokens,
        starts=_ends(np.bincount(owners, minlength=len(tokens))),
        docs=docs.astype(np.uint32),
        counts=counts.astype(_TF),
        lengths=lengths,
        firsts=_ends([len(report.passages) for report in reports]),
        words=words,
        word_starts=_ends([len(report.words) for report in reports]),
        report_words=report_words.astype(np.uint32),
        note_starts=_ends([len(note) for note in notes]),
        notes=np.frombuffer(b"".join(notes), np.uint8),
    )


def _numbered(lists: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], Numbers]:
    """Return the different names, sorted, and the lists one after another as positions in them."""
    first_seen: dict[str, int] = {}
    numbers = array("q")
    for names in lists:
        numbers.extend(first_seen.setdefault(name, len(first_seen)) for name in names)
    names = tuple(sorted(first_seen))
    position = np.empty(len(names), np.int64)
    position[[first_seen[name] for name in names]] = np.arange(len(names))
    return names, position[np.frombuffer(numbers, np.int64)]


def _merged(lists: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], list[Numbers]]:
    """Return all names, sorted, and for each list where its names are among them."""
    names = tuple(sorted(set().union(*lists)))
    position = {name: number for number, name in enumerate(names)}
    return names, [np.array([position[name] for name in one], np.int64) for one in lists]


def _joined_lists(
    parts: Sequence[Postings], maps: Sequence[Numbers], tokens: int
) -> tuple[Numbers, NDArray[np.uint32], NDArray[np.uint16]]:
    held = np.zeros(tokens, np.int64)
    for part, mapped in zip(parts, maps, strict=True):
        held[mapped] += np.diff(part.starts)
    starts = _ends(held)
    docs, counts = np.empty(starts[-1], np.uint32), np.empty(starts[-1], _TF)
    filled = starts[:-1].copy()
    before = 0
    for part, mapped in zip(parts, maps, strict=True):
        own = np.diff(part.starts)
        places = np.repeat(filled[mapped] - part.starts[:-1], own) + np.arange(len(part.docs))
        docs[places] = part.docs + np.uint32(before)
        counts[places] = part.counts
        filled[mapped] += own
        before += len(part.lengths)
    return starts, docs, counts


def _picked(values: Array, starts: Numbers, kept: NDArray[np.bool_]) -> tuple[Array, Numbers]:
    sizes = np.diff(starts)
    return values[np.repeat(kept, sizes)], _ends(sizes[kept])


def _ends(sizes: Sequence[int] | Numbers) -> Numbers:
    """Return where lists of these sizes begin when one follows another, and where all end."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.asarray(sizes, np.int64))])


def _chained(many: Sequence[Numbers]) -> Numbers:
    return _ends(_stacked([np.diff(starts) for starts in many], np.int64))


def _stacked(arrays: Sequence[Array], dtype: type) -> Array:
    return np.concatenate([np.empty(0, dtype), *arrays]).astype(dtype, copy=False)


def _sums(flags: NDArray[np.bool_], starts: Numbers) -> Numbers:
    totals = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags, dtype=np.int64)])
    sums: Numbers = totals[starts[1:]] - totals[starts[:-1]]
    return sums


def _renumbered(kept: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Return the new place of each that is kept, among those that are."""
    return (np.cumsum(kept) - 1).astype(np.uint32)


def _as_text(names: tuple[str, ...]) -> Array:
    return np.frombuffer(msgspec.json.encode(names), np.uint8)


def _from_text(text: Array) -> tuple[str, ...]:
    return msgspec.json.decode(text.tobytes(), type=tuple[str, ...])
