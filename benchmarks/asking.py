"""How long answers take: in a process that is warm, and as a command from cold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from benchmarks.processes import Cost, cost_of
from benchmarks.spread import spread
from eval.gold import read_golds
from eval.latency import latencies
from eval.tables import Table
from rag.answers import Question, Timings
from rag.assembly import open_assistant
from rag.settings import Settings

QUESTIONS = (
    "What did the inspectors say about supervision?",
    "How well are children protected when risk is first identified?",
    "What are the areas for improvement?",
    "What grade was given for protecting vulnerable people?",
    "How many detective posts are vacant?",
    "Is the training of staff good enough?",
    "What was found about domestic abuse?",
    "How do agencies share information?",
    "What is done about children who go missing?",
    "When was the inspection?",
    "What does the report say about the quality of assessments?",
    "Are strategy discussions held in time?",
    "What did staff say about their workload?",
    "Which recommendations were made?",
    "How good is the work of the front door?",
    "What do leaders know about their own performance?",
    "Is the voice of the child heard?",
    "What was said about neighbourhood policing?",
    "How are victims of crime kept informed?",
    "What is the budget of the fire service's boats?",
)
"""About anything that reports of inspections are about, and one that none answers."""


def measure_asking(library: Path, golds: Sequence[Path], *, repeats: int) -> Table:
    """Return the latencies of a warm process by stage, one question after another."""
    questions = questions_of(golds)
    assistant = open_assistant(Settings.load(library=library))
    try:
        # The first question loads what all later ones use.
        assistant.answer(questions[0])
        timings = [
            assistant.answer(question).timings_ms for _ in range(repeats) for question in questions
        ]
    finally:
        assistant.library.close()
    return timings_table(timings, f"Asking, warm: {len(timings)} answers")


def questions_of(golds: Sequence[Path]) -> list[Question]:
    """Return the questions of the gold files with their histories, else the general ones."""
    if not golds:
        return [Question(text) for text in QUESTIONS]
    asked = [question for gold in read_golds(golds) for question in gold.questions]
    return [Question(each.question, history=each.history) for each in asked]


def timings_table(timings: Sequence[Timings], title: str) -> Table:
    measured = latencies(timings)
    rows = [
        (stage.name, f"{measured[stage.name].p50_ms:.1f}", f"{measured[stage.name].p95_ms:.1f}")
        for stage in fields(Timings)
    ]
    return Table(title, ("stage", "p50 ms", "p95 ms"), tuple(rows))


COMMANDS = (("--help",), ("reports",), ("ask", QUESTIONS[0]))


def measure_commands(library: Path, *, repeats: int) -> Table:
    """Return what commands cost as processes of their own; they take turns."""
    costs: dict[tuple[str, ...], list[Cost]] = {command: [] for command in COMMANDS}
    for _ in range(repeats):
        for command in COMMANDS:
            costs[command].append(cost_of(command, library=library))
    rows = [
        (
            f"`peelback {command[0]}`",
            spread([cost.wall_s for cost in found]),
            spread([cost.cpu_s for cost in found]),
            spread([cost.peak_mb for cost in found], digits=0),
        )
        for command, found in costs.items()
    ]
    title = f"Commands as processes, {repeats} runs of each: median (quartiles)"
    return Table(title, ("command", "wall s", "CPU s", "peak MB"), tuple(rows))
