"""A run on disk: everything that it found, in files that two equal runs share byte for byte.

settings.json    what was asked of which library, under which conditions
questions.jsonl  every question as asked, and where its evidence stands
answers.jsonl    every answer, without its timings
measures.jsonl   every question's measures, and how it was lost
problems.jsonl   failed questions and broken promises
scores.json      the scores
timings.jsonl    every answer's timings; differs from run to run
summary.md       the scores and latencies to be read; differs in the latencies only
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.conditions import Conditions
from eval.gold import GoldFile
from eval.lines import write_lines, write_pretty, write_text
from eval.run import Outcome, Run
from eval.scores import scores_json
from eval.summary import summary_markdown
from rag.answers import Answer, LibraryStamp
from rag.wire import answer_json


def write_run(folder: Path, run: Run) -> None:
    """Write the run's files; ``scores.json`` comes last, so a folder that has it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_json(run.golds, run.stamp, run.conditions)
    write_pretty(folder / "settings.json", settings)
    write_lines(folder / "questions.jsonl", map(_question, run.outcomes))
    write_lines(folder / "answers.jsonl", _answers(run))
    write_lines(folder / "measures.jsonl", _measures(run))
    write_lines(folder / "problems.jsonl", _problems(run))
    write_lines(folder / "timings.jsonl", _timings(run))
    write_text(folder / "summary.md", summary_markdown(run) + "\n")
    write_pretty(folder / "scores.json", scores_json(run.scores))


def settings_json(
    golds: Sequence[GoldFile], stamp: LibraryStamp, conditions: Conditions
) -> dict[str, Any]:
    """Return what makes two runs comparable: version, library, conditions, gold."""
    return {
        "peelback": version("peelback"),
        "revision": conditions.revision,
        "library": asdict(stamp),
        "recipe": conditions.recipe,
        "settings": dict(conditions.settings),
        "gold": [
            {"name": gold.name, "sha256": gold.sha256, "questions": len(gold.questions)}
            for gold in golds
        ],
    }


def _question(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        **_key(outcome),
        "question": question.question,
        "history": list(question.history),
        "type": question.type,
        "answerable": question.answerable,
        "why": question.why,
        "must_contain": [list(group) for group in question.must_contain],
        "slices": {**question.slices, **outcome.slices},
        "evidence": [
            {
                "report_id": located.report_id,
                "places": [[span.start, span.end] for span in located.spans],
                "quote": evidence.quote,
            }
            for evidence, located in zip(question.evidence, outcome.quotes, strict=True)
        ],
    }


def _answers(run: Run) -> Iterator[dict[str, Any]]:
    for outcome, answer in _answered(run):
        untimed = {k: v for k, v in answer_json(answer).items() if k != "timings_ms"}
        yield {**_key(outcome), "answer": untimed}


def _timings(run: Run) -> Iterator[dict[str, Any]]:
    for outcome, answer in _answered(run):
        yield {**_key(outcome), "timings_ms": answer_json(answer)["timings_ms"]}


def _measures(run: Run) -> Iterator[dict[str, Any]]:
    for outcome in run.outcomes:
        question = outcome.question
        values = {k: share.value if share else None for k, share in outcome.measures.items()}
        kind = {"type": question.type, "why": question.why, "cause": outcome.cause}
        yield {**_key(outcome), **kind, "measures": values}


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
