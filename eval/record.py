"""A run on disk: everything that it found, in files that two equal runs share byte for byte.

settings.json    what was asked of which library, by which version
answers.jsonl    every answer, without its timings
measures.jsonl   every question's measures
problems.jsonl   failed questions and broken promises
scores.json      the scores
timings.jsonl    every answer's timings; differs from run to run
summary.md       the scores and latencies to be read; differs in the latencies only
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.errors import RunExists
from eval.run import Outcome, Run
from eval.scores import scores_json
from eval.summary import summary_markdown
from rag.answers import Answer
from rag.wire import answer_json


def run_folder(runs: Path, name: str) -> Path:
    """Return the folder that a run of that name will have.

    Raises:
        RunExists: there is one.

    """
    folder = runs / name
    if folder.exists():
        raise RunExists(f"{folder} is there already; choose another --name or take it away")
    return folder


def write_run(folder: Path, run: Run) -> None:
    """Write the run's files into a new folder."""
    folder.mkdir(parents=True)
    _write(folder / "settings.json", [_pretty(settings_json(run))])
    _write(folder / "answers.jsonl", _lines(_answers(run)))
    _write(folder / "measures.jsonl", _lines(_measures(run)))
    _write(folder / "problems.jsonl", _lines(_problems(run)))
    _write(folder / "scores.json", [_pretty(scores_json(run.scores))])
    _write(folder / "timings.jsonl", _lines(_timings(run)))
    _write(folder / "summary.md", [summary_markdown(run)])


def settings_json(run: Run) -> dict[str, Any]:
    """Return what makes two runs comparable: version, library, gold."""
    return {
        "peelback": version("peelback"),
        "library": asdict(run.stamp),
        "gold": [
            {"name": gold.name, "sha256": gold.sha256, "questions": len(gold.questions)}
            for gold in run.golds
        ],
    }


def _answers(run: Run) -> Iterator[dict[str, Any]]:
    for outcome, answer in _answered(run):
        untimed = {k: v for k, v in answer_json(answer).items() if k != "timings_ms"}
        yield {**_key(outcome), "answer": untimed}


def _timings(run: Run) -> Iterator[dict[str, Any]]:
    for outcome, answer in _answered(run):
        yield {**_key(outcome), "timings_ms": asdict(answer.timings_ms)}


def _measures(run: Run) -> Iterator[dict[str, Any]]:
    for outcome in run.outcomes:
        question = outcome.question
        values = {k: share.value if share else None for k, share in outcome.measures.items()}
        yield {**_key(outcome), "type": question.type, "why": question.why, "measures": values}


def _problems(run: Run) -> Iterator[dict[str, Any]]:
    for outcome in run.outcomes:
        if outcome.failure:
            yield {**_key(outcome), "kind": "failed", **asdict(outcome.failure)}
        for problem in outcome.problems:
            yield {**_key(outcome), "kind": problem.kind.value, "detail": problem.detail}


def _answered(run: Run) -> Iterator[tuple[Outcome, Answer]]:
    for outcome in run.outcomes:
        if outcome.answer:
            yield outcome, outcome.answer


def _key(outcome: Outcome) -> dict[str, str]:
    return {"gold": outcome.question.gold, "id": outcome.question.id}


def _lines(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(value, ensure_ascii=False) for value in values)


def _pretty(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
