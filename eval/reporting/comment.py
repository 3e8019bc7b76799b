"""A run as Markdown that fits a comment on a pull request."""

from __future__ import annotations

from eval.comparison.runs import COMPARED
from eval.kept_run import KeptRun
from eval.tables import Table, figure, markdown

MAX_CHARACTERS = 65_536
"""GitHub's limit for a comment; GitLab's is 1,000,000."""


def run_comment(run: KeptRun) -> str:
    """Return the figures by gold file, then as many lost questions as fit."""
    head = (
        f"# Evaluation: {run.name}\n\n"
        f"{len(run.questions)} questions over {run.settings['library']['reports']} reports: "
        f"{len(run.questions) - len(run.lost)} right, {len(run.lost)} lost.\n\n"
        f"{markdown(_figures(run))}\n"
    )
    listed = len(run.lost)
    while len(text := head + _lost(run, listed)) > MAX_CHARACTERS:
        listed = listed * 3 // 4
    return text


def _figures(run: KeptRun) -> Table:
    groups = {"all": run.scores["all"]}
    if len(run.scores["gold"]) > 1:
        groups |= run.scores["gold"]
    names = [*COMPARED, "citation_validity", "cited_sentences"]
    rows = [
        (
            name,
            *(figure(group["overall"].get(name, {}).get("mean")) for group in groups.values()),
        )
        for name in names
    ]
    rows += [
        (name, *(figure(group["confidence"].get(name)) for group in groups.values()))
        for name in groups["all"]["confidence"]
    ]
    return Table("Measures", ("measure", *groups), tuple(rows))


def _lost(run: KeptRun, listed: int) -> str:
    if not run.lost:
        return "No question was lost.\n"
    header = ("question", "type", "cause", "asked")
    rows = [
        (q.label, q.asked["type"], q.cause or "", q.asked["question"]) for q in run.lost[:listed]
    ]
    left = len(run.lost) - listed
    table = markdown(Table("Lost questions", header, tuple(rows), figures_from=len(header)))
    return table + (f"\nand {left} more\n" if left else "")
