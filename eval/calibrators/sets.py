"""Public question sets in one format: documents, questions, which document answers which.

A folder holds ``corpus``, ``queries`` and ``qrels`` as gzipped JSON Lines and a
``meta.json`` with the sha256 of each, unpacked. The folder is the user's: none
ships with the project.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from eval.errors import UnreadableSet
from index.documents import Span


class SetDocument(msgspec.Struct, frozen=True):
    """A document, or a passage of one where the set says so."""

    id: str = msgspec.field(name="_id")
    title: str
    text: str
    metadata: Mapping[str, Any] = {}


class _Turn(msgspec.Struct, frozen=True):
    role: str
    text: str


class SetQuestion(msgspec.Struct, frozen=True):
    """A question; ``turns`` is what was said before it, by user and agent."""

    id: str = msgspec.field(name="_id")
    text: str
    answerable: bool
    turns: tuple[_Turn, ...] = msgspec.field(name="history", default=())
    metadata: Mapping[str, Any] = {}

    @property
    def history(self) -> tuple[str, ...]:
        """The user's earlier questions, oldest first."""
        return tuple(turn.text for turn in self.turns if turn.role == "user")


class _Judgement(msgspec.Struct, frozen=True):
    query_id: str
    doc_id: str
    score: int
    spans: tuple[tuple[int, int], ...] = ()


_Line = TypeVar("_Line", SetDocument, SetQuestion, _Judgement)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set, read and checked.

    ``relevant`` gives, by question, the documents that answer it with their
    grades; ``spans`` where in a document the answer stands. ``withheld`` names
    values of a document's ``metadata["doc"]``: without those documents, the
    questions about them have no answer.
    """

    name: str
    digest: str
    documents: tuple[SetDocument, ...]
    questions: tuple[SetQuestion, ...]
    relevant: Mapping[str, Mapping[str, int]]
    spans: Mapping[tuple[str, str], tuple[Span, ...]]
    withheld: frozenset[str] = frozenset()


def read_set(folder: Path) -> QuestionSet:
    """Return the set in a folder.

    Raises:
        UnreadableSet: a file is missing, is not what ``meta.json`` says, or has a bad line.

    """
    meta = _meta(folder)
    documents = _lines(folder, "corpus", SetDocument, meta)
    questions = _lines(folder, "queries", SetQuestion, meta)
    relevant: dict[str, dict[str, int]] = {}
    spans: dict[tuple[str, str], tuple[Span, ...]] = {}
    for judgement in _lines(folder, "qrels", _Judgement, meta):
        relevant.setdefault(judgement.query_id, {})[judgement.doc_id] = judgement.score
        spans[judgement.query_id, judgement.doc_id] = tuple(
            Span(start, end) for start, end in judgement.spans
        )
    return QuestionSet(
        name=meta["name"],
        digest=meta["sha256"]["corpus"],
        documents=tuple(documents),
        questions=tuple(questions),
        relevant=relevant,
        spans=spans,
        withheld=_withheld(folder),
    )


def sample(questions: Sequence[SetQuestion], *, limit: int) -> tuple[SetQuestion, ...]:
    """Return up to ``limit`` questions, evenly spaced: the same ones each time."""
    if len(questions) <= limit:
        return tuple(questions)
    return tuple(questions[number * len(questions) // limit] for number in range(limit))


def _meta(folder: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableSet(f"{folder} is no question set: meta.json: {error}") from error
    if not isinstance(meta.get("name"), str) or not isinstance(meta.get("sha256"), dict):
        raise UnreadableSet(f"{folder}/meta.json has no name, or no sha256 of its files")
    return meta


def _lines(folder: Path, name: str, kind: type[_Line], meta: Mapping[str, Any]) -> list[_Line]:
    path = folder / f"{name}.jsonl.gz"
    try:
        raw = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise UnreadableSet(f"{path}: {error}") from error
    found, wanted = hashlib.sha256(raw).hexdigest(), meta["sha256"].get(name)
    if found != wanted:
        raise UnreadableSet(f"{path} is not the published file: sha256 {found}, wanted {wanted}")
    decoder = msgspec.json.Decoder(kind)
    try:
        return decoder.decode_lines(raw)
    except msgspec.MsgspecError as error:
        raise UnreadableSet(f"{path}: {error}") from error


def _withheld(folder: Path) -> frozenset[str]:
    path = folder / "withheld.json"
    if not path.exists():
        return frozenset()
    return frozenset(json.loads(path.read_text(encoding="utf-8"))["withheld_docs"])
