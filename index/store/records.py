"""Reports and passages as rows of the library, and back, with the digests that guard them.

A report has three digests, one for each part that is read on its own: its card
(what a listing shows), its body (text and parsed structure) and its passages
with their vectors. ``digest`` is over the three; it depends on what the report
says and on its vectors, not on when or from where it was added.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import numpy as np

from index.documents import (
    Action,
    Definition,
    Judgement,
    Metadata,
    Passage,
    Report,
    Section,
    Span,
)
from index.embedding import Embeddings, PassageVectors
from index.errors import LibraryCorrupt
from index.store.digests import as_bytes, blob_digest, fingerprint

CARD_COLUMNS = (
    "report_id", "source", "sha256", "metadata",
    "section_count", "passage_count", "judgement_count", "action_count",
)  # fmt: skip
BODY_COLUMNS = ("text", "sections", "judgements", "actions", "definitions", "page_starts")

UNIT_TOLERANCE = 1e-3
"""How far a vector's length may be from 1: half-precision encoders stay within it."""

_T = TypeVar("_T")


class DamagedReport(LibraryCorrupt):
    """One report is not what was written. ``what`` says which part of it."""

    def __init__(self, report_id: str, what: str) -> None:
        super().__init__(f"report {report_id!r} is damaged: {what}; see: peelback verify --repair")
        self.what = what


@dataclass(frozen=True, slots=True)
class ReportCard:
    """What a listing shows of a report: its metadata and how much of everything it has."""

    report_id: str
    source: str
    sha256: str
    metadata: Metadata
    sections: int
    passages: int
    judgements: int
    actions: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as it is stored, without its vectors: where it lies, and its sentences as JSON."""

    ordinal: int
    section: int
    start: int
    end: int
    sentences: str
    sentences_sha256: str


def report_columns(
    report: Report, passages: Sequence[PassageRow], vectors: Sequence[bytes]
) -> dict[str, Any]:
    """Return the report's row: parts, counts and digests. ``vectors`` are the passages'."""
    columns: dict[str, Any] = {
        "report_id": report.report_id,
        "source": report.source,
        "sha256": report.sha256,
        "metadata": _json(report.metadata),
        "section_count": len(report.sections),
        "passage_count": len(passages),
        "judgement_count": len(report.judgements),
        "action_count": len(report.actions),
        "text": report.text,
        "sections": _json(report.sections),
        "judgements": _json(report.judgements),
        "actions": _json(report.actions),
        "definitions": _json(report.definitions),
        "page_starts": _json(report.page_starts),
    }
    columns["card_sha256"] = card_digest(columns)
    columns["body_sha256"] = body_digest(columns)
    columns["passages_sha256"] = passages_digest(passages, vectors)
    columns["digest"] = report_digest(columns)
    return columns


def card_digest(row: Mapping[str, Any] | sqlite3.Row) -> str:
    return fingerprint(*(as_bytes(row[name]) for name in CARD_COLUMNS))


def body_digest(row: Mapping[str, Any] | sqlite3.Row) -> str:
    return fingerprint(*(as_bytes(row[name]) for name in BODY_COLUMNS))


def passages_digest(passages: Sequence[PassageRow], vectors: Sequence[bytes]) -> str:
    # repr tells a number from its digits as text: damage can change a value's type.
    pairs = zip(passages, vectors, strict=True)
    return fingerprint(*(p for row, vector in pairs for p in (repr(row).encode(), vector)))


def report_digest(row: Mapping[str, Any] | sqlite3.Row) -> str:
    names = ("card_sha256", "body_sha256", "passages_sha256")
    return fingerprint(*(as_bytes(row[name]) for name in names))


def read_card(row: sqlite3.Row) -> ReportCard:
    """Return the card in a row.

    Raises:
        LibraryCorrupt: it is not what was written.

    """
    report_id = str(row["report_id"])
    if card_digest(row) != row["card_sha256"]:
        raise DamagedReport(report_id, "what a listing shows of it is not what was written")
    return ReportCard(
        report_id=report_id,
        source=row["source"],
        sha256=row["sha256"],
        metadata=_decoded(report_id, row["metadata"], Metadata),
        sections=row["section_count"],
        passages=row["passage_count"],
        judgements=row["judgement_count"],
        actions=row["action_count"],
    )


def read_report(row: sqlite3.Row) -> Report:
    """Return the report in a row.

    Raises:
        LibraryCorrupt: it is not what was written.

    """
    card = read_card(row)
    report_id = card.report_id
    if body_digest(row) != row["body_sha256"]:
        raise DamagedReport(report_id, "its text or structure is not what was written")
    return Report(
        report_id=report_id,
        source=card.source,
        sha256=card.sha256,
        text=row["text"],
        metadata=card.metadata,
        sections=_decoded(report_id, row["sections"], tuple[Section, ...]),
        judgements=_decoded(report_id, row["judgements"], tuple[Judgement, ...]),
        actions=_decoded(report_id, row["actions"], tuple[Action, ...]),
        definitions=_decoded(report_id, row["definitions"], tuple[Definition, ...]),
        page_starts=_decoded(report_id, row["page_starts"], tuple[int, ...]),
    )


def passage_row(ordinal: int, passage: Passage, vectors: PassageVectors) -> PassageRow:
    return PassageRow(
        ordinal=ordinal,
        section=passage.section,
        start=passage.span.start,
        end=passage.span.end,
        sentences=_json([(span.start, span.end) for span in passage.sentences]),
        sentences_sha256=blob_digest(sentence_blob(vectors.sentences)),
    )


def read_passage_row(row: sqlite3.Row) -> PassageRow:
    return PassageRow(
        ordinal=row["ordinal"],
        section=row["section"],
        start=row["start"],
        end=row["end"],
        sentences=row["sentences"],
        sentences_sha256=row["sentences_sha256"],
    )


def read_passage(row: PassageRow, report: Report) -> Passage:
    span = Span(row.start, row.end)
    sentences = _decoded(report.report_id, row.sentences, tuple[tuple[int, int], ...])
    return Passage(
        report_id=report.report_id,
        section=row.section,
        span=span,
        text=span.of(report.text),
        sentences=tuple(Span(start, end) for start, end in sentences),
    )


def passage_blob(vector: Embeddings) -> bytes:
    """Return a passage's vector as it is stored: exactly."""
    return vector.astype("<f4").tobytes()


def read_passage_vectors(blobs: Sequence[bytes], *, dim: int) -> Embeddings:
    """Return a row a blob."""
    vectors: Embeddings = np.frombuffer(b"".join(blobs), "<f4").astype(np.float32)
    return vectors.reshape(-1, dim)


def sentence_blob(vectors: Embeddings) -> bytes:
    """Return sentences' vectors as they are stored.

    Half precision: about six sentences a passage make these the larger part of
    the file, and a cosine moves by less than 0.001.
    """
    return vectors.astype("<f2").tobytes()


def read_sentence_vectors(blob: bytes, *, dim: int) -> Embeddings:
    """Return the vectors of a passage's sentences, made unit length again after the rounding."""
    rows = np.frombuffer(blob, "<f2").astype(np.float32).reshape(-1, dim)
    vectors: Embeddings = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return vectors


def _json(value: object) -> str:
    return msgspec.json.encode(value, enc_hook=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


def _decoded(report_id: str, text: str, wanted: type[_T]) -> _T:
    try:
        return msgspec.json.decode(text, type=wanted)
    except msgspec.DecodeError as error:
        raise DamagedReport(report_id, str(error)) from error
