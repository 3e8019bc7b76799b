"""A comparison as it is read: a table, then every question that was gained or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from eval.comparison.chance import FLIPS
from eval.comparison.runs import Comparison, Difference, Flip, Verdict
from eval.kept_run import KeptQuestion
from eval.tables import NOTHING, Table, figure

SHOWN_ANSWER = 240
"""Characters of an answer beside a question; the runs have all of it."""


def comparison_text(comparison: Comparison) -> str:
    """Return what the comparison says, in words."""
    before, after = comparison.before, comparison.after
    shown = [one for one in comparison.differences if one.verdict is not Verdict.NO_DIFFERENCE]
    verdict = "; ".join(f"{one.measure} is {one.verdict}" for one in shown)
    return (
        f"# {before.name} → {after.name}\n\n"
        f"{len(after.questions)} questions in {comparison.clusters} clusters by report: "
        f"{len(comparison.gained)} gained, {len(comparison.lost)} lost. "
        f"{f'Shown: {verdict}' if shown else 'No difference shown'}. "
        f"Paired randomisation, {FLIPS:,} flips; p adjusted by Holm over "
        f"{len(comparison.differences)} measures; intervals are 95 %, by cluster bootstrap. "
        "“Smallest” is the true difference that these questions would show four times in five.\n"
    )


def comparison_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Return the measures, then what was lost and gained with both answers."""
    measures = Table(
        "Differences",
        ("measure", "verdict", "n", "before", "after", "change", "interval", "p", "smallest"),
        tuple(map(_row, comparison.differences)),
        figures_from=2,
    )
    flips = (("Lost questions", comparison.lost), ("Gained questions", comparison.gained))
    return (measures, *(_flips(title, part) for title, part in flips if part))


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain JSON values."""
    return {
        "before": comparison.before.name,
        "after": comparison.after.name,
        "questions": len(comparison.after.questions),
        "clusters": comparison.clusters,
        "differences": [
            {
                "measure": one.measure,
                "verdict": one.verdict.value,
                "questions": one.questions,
                "before": one.before,
                "after": one.after,
                "change": one.change,
                "interval": [one.low, one.high],
                "p": one.p,
                "smallest_difference": one.smallest,
            }
            for one in comparison.differences
        ],
        "lost": [_flip_json(flip) for flip in comparison.lost],
        "gained": [_flip_json(flip) for flip in comparison.gained],
    }


def said(question: KeptQuestion) -> str:
    """Return what was answered, in a line: the answer, or why there is none."""
    if question.answer is None:
        return f"failed: {question.problems[0]['error'] if question.problems else ''}"
    text = question.answer["text"] or question.answer["reason"] or ""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_ANSWER else f"{line[:SHOWN_ANSWER]}…"


def _row(one: Difference) -> tuple[str, ...]:
    return (
        one.measure,
        one.verdict.value,
        str(one.questions),
        figure(one.before),
        figure(one.after),
        f"{one.change:+.3f}",
        f"{one.low:+.3f} to {one.high:+.3f}",
        f"{one.p:.4f}",
        f"±{one.smallest:.3f}" if one.smallest else NOTHING,
    )


def _flips(title: str, flips: Sequence[Flip]) -> Table:
    header = ("question", "cause", "asked", "before", "after")
    return Table(title, header, tuple(_flip_rows(flips)), figures_from=len(header))


def _flip_rows(flips: Sequence[Flip]) -> Iterator[tuple[str, ...]]:
    for flip in flips:
        cause = flip.before.cause if flip.is_gain else flip.after.cause
        yield (
            flip.after.label,
            cause or "",
            flip.after.asked["question"],
            said(flip.before),
            said(flip.after),
        )


def _flip_json(flip: Flip) -> dict[str, Any]:
    return {
        "gold": flip.after.key[0],
        "id": flip.after.key[1],
        "question": flip.after.asked["question"],
        "causes": [flip.before.cause, flip.after.cause],
        "answers": [flip.before.answer, flip.after.answer],
    }
