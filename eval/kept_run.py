"""A finished run read back from its folder, for comparing, gating and reporting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.errors import UnreadableRun

Json = Mapping[str, Any]
Key = tuple[str, str]
"""The gold file and the id of a question."""


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question of a run: as it was asked, what came of it, and what was measured.

    ``asked`` is its line of questions.jsonl; ``answer`` is ``None`` where asking
    failed; ``cause`` says how it was lost, ``None`` if it was not.
    """

    asked: Json
    answer: Json | None
    measures: Mapping[str, float | None]
    cause: str | None
    problems: tuple[Json, ...] = ()
    timings_ms: Mapping[str, float] | None = None

    @property
    def key(self) -> Key:
        return self.asked["gold"], self.asked["id"]

    @property
    def label(self) -> str:
        """``gold/id``, as it is printed."""
        return "/".join(self.key)

    @property
    def cluster(self) -> str:
        """The report that its evidence is from, else the question itself.

        Questions about one report stand or fall together, so they are no
        independent samples of what could have been asked.
        """
        evidence = self.asked["evidence"]
        return evidence[0]["report_id"] if evidence else f"question {self.label}"


@dataclass(frozen=True)
class KeptRun:
    """A run as its folder has it, its questions in the order of the gold."""

    name: str
    settings: Json
    scores: Json
    questions: tuple[KeptQuestion, ...]

    @cached_property
    def by_key(self) -> Mapping[Key, KeptQuestion]:
        return {question.key: question for question in self.questions}

    @property
    def lost(self) -> tuple[KeptQuestion, ...]:
        return tuple(question for question in self.questions if question.cause)

    @property
    def failed(self) -> int:
        return sum(question.answer is None for question in self.questions)

    @property
    def is_extractive(self) -> bool:
        """Whether every answer is in the reports' own words: run again, it is the same bytes."""
        return all(q.answer["mode"] == "extractive" for q in self.questions if q.answer)


def read_run(folder: Path) -> KeptRun:
    """Return the run that was written to the folder.

    Raises:
        UnreadableRun: a file is missing (the run was stopped), or is not what was written.

    """
    try:
        return KeptRun(
            name=folder.resolve().name,
            settings=_value(folder / "settings.json"),
            scores=_value(folder / "scores.json"),
            questions=_questions(folder),
        )
    except OSError as error:
        raise UnreadableRun(
            f"{folder} is no finished run: {error.strerror or error}: {error.filename}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableRun(f"{folder} is not as a run wrote it: {error!r}") from error


def _questions(folder: Path) -> tuple[KeptQuestion, ...]:
    answers, measures, timings = (
        {_key(line): line for line in _lines(folder / name)}
        for name in ("answers.jsonl", "measures.jsonl", "timings.jsonl")
    )
    problems: dict[Key, list[Json]] = {}
    for line in _lines(folder / "problems.jsonl"):
        problems.setdefault(_key(line), []).append(line)
    return tuple(
        KeptQuestion(
            asked=asked,
            answer=answers[key]["answer"] if (key := _key(asked)) in answers else None,
            measures=measures[key]["measures"],
            cause=measures[key]["cause"],
            problems=tuple(problems.get(key, ())),
            timings_ms=timings[key]["timings_ms"] if key in timings else None,
        )
        for asked in _lines(folder / "questions.jsonl")
    )


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _value(path: Path) -> Json:
    value: Json = json.loads(path.read_text(encoding="utf-8"))
    return value


def _key(line: Json) -> Key:
    return line["gold"], line["id"]
