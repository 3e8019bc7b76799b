"""The baseline: what a run must not fall below. It is committed, and holds no report's text.

One line a question, so that the diff of a renewed baseline reads as the list of
what was gained and lost. It is never renewed but by ``peelback eval baseline``:
a baseline that follows every run slides down a little with each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from eval.comparison.runs import COMPARED
from eval.errors import NothingMeasured, UnreadableRun
from eval.kept_run import KeptRun
from eval.lines import write_pretty

FORMAT = 1

PROMISED = {"citation_validity": 1.0, "cited_sentences": 1.0, "failed": 0.0}
"""The floors of every baseline: promises, which are kept or broken."""

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scores of a run, the floors, and how each question ended.

    ``scores`` are means by measure, ``None`` where undefined. ``questions`` has by ``gold/id``
    how it was lost, ``None`` where it was right. ``floors`` are ceilings for
    measures of which less is better.
    """

    gold: tuple[Mapping[str, Any], ...]
    extractive: bool
    floors: Mapping[str, float]
    scores: Mapping[str, float | None]
    questions: Mapping[str, str | None]


def baseline_of(run: KeptRun, *, floors: Mapping[str, float]) -> Baseline:
    """Return the run as a baseline.

    Raises:
        NothingMeasured: it has no question, or all of them failed.

    """
    if run.failed == len(run.questions):
        raise NothingMeasured(f"no question of {run.name} was answered; it is no baseline")
    return Baseline(
        gold=tuple(run.settings["gold"]),
        extractive=run.is_extractive,
        floors=dict(sorted(floors.items())),
        scores=mean_scores(run),
        questions={q.label: q.cause for q in sorted(run.questions, key=lambda q: q.key)},
    )


def mean_scores(run: KeptRun) -> dict[str, float | None]:
    """Return the means that a gate looks at, rounded as they are kept."""
    overall = run.scores["all"]["overall"]
    names = [*COMPARED, *(name for name in PROMISED if name not in COMPARED)]
    means = {name: overall[name]["mean"] if name in overall else None for name in names}
    return {name: None if mean is None else round(mean, DECIMALS) for name, mean in means.items()}


def floors_of(pairs: Sequence[str], *, kept: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the promised floors, those kept from before, and the new ones, which win.

    Raises:
        click.BadParameter: it is no pair, or its value no share.

    """
    floors = {**PROMISED, **(kept or {})}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            floors[name.strip()] = _share(value)
        except ValueError:
            raise click.BadParameter(
                f"{pair!r} is not MEASURE=VALUE with a value from 0 to 1", param_hint="--floor"
            ) from None
    return floors


def read_baseline(path: Path) -> Baseline:
    """Return the baseline that was written there.

    Raises:
        UnreadableRun: the file is missing, is no baseline, or another format's.

    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise UnreadableRun(f"{path} is of format {value['format']}, not {FORMAT}; renew it")
        return Baseline(
            gold=tuple(value["gold"]),
            extractive=value["extractive"],
            floors=value["floors"],
            scores=value["scores"],
            questions=value["questions"],
        )
    except OSError as error:
        raise UnreadableRun(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableRun(f"{path} is no baseline: {error!r}") from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pretty(
        path,
        {
            "format": FORMAT,
            "gold": list(baseline.gold),
            "extractive": baseline.extractive,
            "floors": dict(baseline.floors),
            "scores": dict(baseline.scores),
            "questions": dict(baseline.questions),
        },
    )


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value
