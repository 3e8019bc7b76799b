"""Gold questions: JSON Lines in, values that are true by construction out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from eval.errors import GoldError
from eval.gold.written import GoldLine

BODY_KEYS = frozenset({"area", "areas", "body", "bodies", "force", "forces"})
"""Keys of a gold question's scope that say whom the question is about."""

CYCLE_KEYS = frozenset({"cycle", "cycles", "year", "years"})
"""Keys of a gold question's scope that say which inspection the question is about."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that answer the question. ``report`` is a file's name without its ending."""

    report: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, whether reports answer it, and by which words.

    ``gold`` is the name of its file without the ending; ``(gold, id)`` is unique
    in a run. ``must_contain`` holds groups of alternatives: a right answer
    contains one of each. ``scope`` describes what the question is about; it is
    for measuring and is never given to the assistant. ``why`` says why an
    unanswerable question is one.
    """

    gold: str
    id: str
    question: str
    type: str
    answerable: bool
    history: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    scope: Mapping[str, object] | None = None
    why: str | None = None
    slices: Mapping[str, str] = field(default_factory=dict)
    """The line's other keys and the scope's, with plain values: scores are given by each."""

    @property
    def names_body(self) -> bool:
        """Whether the scope says whom the question is about."""
        return any((self.scope or {}).get(key) for key in BODY_KEYS)

    @property
    def names_cycle(self) -> bool:
        """Whether the scope says which inspection the question is about."""
        return any((self.scope or {}).get(key) for key in CYCLE_KEYS)


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A file of gold questions. ``sha256`` is of its bytes."""

    name: str
    sha256: str
    questions: tuple[GoldQuestion, ...]


def read_golds(paths: Sequence[Path]) -> tuple[GoldFile, ...]:
    """Return the gold files in the order given.

    Raises:
        GoldError: a file cannot be read, two have the same name, or lines are bad;
            every bad line of every file is named.

    """
    files: list[GoldFile] = []
    faults: list[str] = []
    for path in paths:
        if any(path.stem == earlier.name for earlier in files):
            faults.append(f"{path}: another gold file is called {path.stem!r}; rename one")
            continue
        try:
            files.append(read_gold(path))
        except GoldError as error:
            faults.extend(error.faults)
    if faults:
        raise GoldError(faults)
    return tuple(files)


def read_gold(path: Path) -> GoldFile:
    """Return the questions of one file; blank lines are skipped, unknown keys ignored.

    Raises:
        GoldError: naming file, line and field of everything that is wrong.

    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise GoldError([f"{path}: {error.strerror or error}"]) from error
    questions: dict[str, GoldQuestion] = {}
    faults: list[str] = []
    # Lines of bytes: splitting text would also split at U+2028 inside a quote.
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            question = _question(GoldLine.model_validate_json(line), path.stem)
        except ValidationError as error:
            faults.extend(f"{place}: {fault}" for fault in line_faults(error))
            continue
        if question.id in questions:
            faults.append(f"{place}: id: {question.id!r} is used by an earlier line")
        questions.setdefault(question.id, question)
    if faults:
        raise GoldError(faults)
    digest = hashlib.sha256(raw).hexdigest()
    return GoldFile(name=path.stem, sha256=digest, questions=tuple(questions.values()))


def read_line(line: bytes, *, gold: str) -> GoldQuestion:
    """Return the question of one line.

    Raises:
        GoldError: naming the fields that are wrong.

    """
    try:
        return _question(GoldLine.model_validate_json(line), gold)
    except ValidationError as error:
        raise GoldError([*line_faults(error)]) from error


def line_faults(error: ValidationError) -> Iterable[str]:
    """Yield what is wrong with a line, its field first."""
    for detail in error.errors():
        field = ".".join(str(part) for part in detail["loc"]) or "line"
        yield f"{field}: {detail['msg']}"


def _question(line: GoldLine, gold: str) -> GoldQuestion:
    return GoldQuestion(
        gold=gold,
        id=line.id,
        question=line.question,
        type=line.type,
        answerable=line.answerable,
        history=line.history,
        evidence=tuple(Evidence(each.report, each.quote) for each in line.evidence),
        must_contain=line.must_contain,
        scope=line.scope,
        why=line.why,
        slices=_slices({**(line.model_extra or {}), **line.scope}),
    )


def _slices(keys: Mapping[str, object]) -> dict[str, str]:
    plain = {key: value for key, value in keys.items() if isinstance(value, str | int)}
    return {key: str(value) for key, value in sorted(plain.items())}
