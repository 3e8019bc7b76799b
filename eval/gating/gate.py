"""The gate: whether a run is worse than its baseline."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.comparison.runs import LOWER_IS_BETTER
from eval.errors import NotComparable, NothingMeasured, UnreadableRun
from eval.gating.baseline import Baseline, mean_scores
from eval.kept_run import KeptQuestion, KeptRun

ACCEPTED_DROP = 0.02
"""How far a mean may fall below the baseline's where no question is lost by it: two in a
hundred is about the smallest change that several hundred questions can tell from none."""

_FLOOR = re.compile(r"(?P<measure>[^\[\]]+)(?:\[(?P<type>[^\[\]]+)\])?")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looked at."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class LostQuestion:
    """A question that the baseline has right and the run has not."""

    question: KeptQuestion
    cause: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate's verdict on a run, and all that it rests on."""

    run: KeptRun
    checks: tuple[Check, ...]
    lost: tuple[LostQuestion, ...]
    gained: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def gate_run(run: KeptRun, baseline: Baseline) -> Gate:
    """Return whether the run may pass.

    A run of quotes is the same each time, so no lost question is chance: each
    must be accepted by renewing the baseline. Prose differs from run to run;
    there only floors and means count.

    Raises:
        NothingMeasured: the run has no question, or all of them failed.
        NotComparable: the gold or the mode is not the baseline's.
        UnreadableRun: a score is no number, or a floor names no measure.

    """
    _require_comparable(run, baseline)
    lost = tuple(_lost(run, baseline))
    checks = [*_floors(run, baseline), *_drops(run, baseline)]
    if baseline.extractive:
        detail = f"{len(lost)} lost that the baseline has right"
        checks.insert(0, Check("lost questions", not lost, detail))
    gained = tuple(
        q.label for q in run.questions if q.cause is None and baseline.questions[q.label]
    )
    return Gate(run, tuple(checks), lost, gained)


def _require_comparable(run: KeptRun, baseline: Baseline) -> None:
    if run.failed == len(run.questions):
        raise NothingMeasured(f"no question of {run.name} was answered")
    if list(baseline.gold) != run.settings["gold"]:
        raise NotComparable(
            f"{run.name} is of another gold than the baseline; run `peelback eval baseline` "
            "and review its diff"
        )
    if baseline.questions.keys() != {question.label for question in run.questions}:
        raise NotComparable(f"{run.name} did not ask the questions of the baseline")
    if baseline.extractive != run.is_extractive:
        raise NotComparable(f"{run.name} and the baseline were not answered in the same mode")


def _lost(run: KeptRun, baseline: Baseline) -> Iterator[LostQuestion]:
    for question in run.questions:
        if question.cause is not None and baseline.questions[question.label] is None:
            yield LostQuestion(question, question.cause)


def _floors(run: KeptRun, baseline: Baseline) -> Iterator[Check]:
    for floor, limit in baseline.floors.items():
        measure, mean = _floored(run, floor)
        # Nothing measured cannot be below; citations of a run that cites nothing are all valid.
        passed = mean is None or not _falls_short(measure, mean, limit)
        side = "at most" if measure in LOWER_IS_BETTER else "at least"
        found = "undefined" if mean is None else f"{mean:.4f}"
        yield Check(f"floor of {floor}", passed, f"{found}, must be {side} {limit:.4f}")


def _floored(run: KeptRun, floor: str) -> tuple[str, float | None]:
    """Return the measure that a floor is for, and its mean over all questions or a type's."""
    parts = _FLOOR.fullmatch(floor)
    measure, kind = (parts["measure"], parts["type"]) if parts else (floor, None)
    scores = run.scores["all"]
    part = scores["type"].get(kind, {}) if kind else scores["overall"]
    if measure not in part:
        raise UnreadableRun(
            f"the baseline has a floor of {floor!r}, which the run does not measure"
        )
    return measure, part[measure]["mean"]


def _drops(run: KeptRun, baseline: Baseline) -> Iterator[Check]:
    for measure, now in mean_scores(run).items():
        before = baseline.scores.get(measure)
        if now is None or before is None:
            continue
        if not math.isfinite(now):
            raise UnreadableRun(f"{run.name}: {measure} is {now}")
        limit = before + (ACCEPTED_DROP if measure in LOWER_IS_BETTER else -ACCEPTED_DROP)
        passed = not _falls_short(measure, now, limit)
        yield Check(f"mean of {measure}", passed, f"{now:.4f}, was {before:.4f}")


def _falls_short(measure: str, value: float, limit: float) -> bool:
    # Half of the last decimal that is kept: 0.8 - 0.02 is not quite 0.78.
    slack = 5e-5
    return value > limit + slack if measure in LOWER_IS_BETTER else value < limit - slack
