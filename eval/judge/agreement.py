"""Whether a judge may be believed, and what it says over several runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.errors import GoldError
from eval.gold import line_faults
from eval.gold.written import Words
from eval.kept_run import Key

Verdicts = Mapping[Key, bool]

FEWEST_LABELS = 30
"""Answers labelled by people, below which agreement says little."""

LEAST_KAPPA = 0.6
""""Substantial" agreement (Landis and Koch, Biometrics 33, 1977)."""


class _Label(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    gold: Words
    id: Words
    right: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a judge's verdicts agree with people's; ``kappa`` is the lowest of its runs."""

    labels: int
    share: float
    kappa: float

    @property
    def counts(self) -> bool:
        """Whether the judge's figures may be shown."""
        return self.labels >= FEWEST_LABELS and self.kappa >= LEAST_KAPPA


@dataclass(frozen=True, slots=True)
class Spread:
    """The share of right answers: mean, lowest and highest of the runs."""

    mean: float
    lowest: float
    highest: float
    unsteady: int
    """Answers on which the runs do not agree."""


def read_labels(path: Path) -> Verdicts:
    """Return people's verdicts, JSON Lines of ``{"gold", "id", "right"}``.

    Raises:
        GoldError: naming file, line and field of everything that is wrong.

    """
    labels: dict[Key, bool] = {}
    faults: list[str] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            label = _Label.model_validate_json(line)
        except ValidationError as error:
            faults.extend(f"{path}:{number}: {fault}" for fault in line_faults(error))
            continue
        labels[label.gold, label.id] = label.right
    if faults:
        raise GoldError(faults)
    return labels


def agreement(runs: Sequence[Verdicts], people: Verdicts) -> Agreement:
    """Return the agreement of the run that agrees least with the people."""
    return min((_agreement(run, people) for run in runs), key=lambda one: (one.kappa, one.share))


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return Cohen's kappa (Educational and Psychological Measurement 20, 1960).

    0 where both always say the same one thing: nothing shows that either looks.

    >>> kappa([(True, True), (True, True), (False, False), (True, False)])
    0.5
    """
    if not pairs:
        return 0.0
    observed = sum(one == other for one, other in pairs) / len(pairs)
    ones = sum(one for one, _ in pairs) / len(pairs)
    others = sum(other for _, other in pairs) / len(pairs)
    by_chance = ones * others + (1 - ones) * (1 - others)
    return 0.0 if math.isclose(by_chance, 1) else (observed - by_chance) / (1 - by_chance)


def spread(runs: Sequence[Verdicts]) -> Spread:
    """Return what the runs say, and how far they differ."""
    shares = [sum(run.values()) / len(run) for run in runs]
    unsteady = sum(len({run[key] for run in runs}) > 1 for key in runs[0])
    return Spread(statistics.fmean(shares), min(shares), max(shares), unsteady)


def _agreement(run: Verdicts, people: Verdicts) -> Agreement:
    pairs = [(run[key], right) for key, right in people.items() if key in run]
    same = sum(one == other for one, other in pairs)
    return Agreement(len(pairs), same / len(pairs) if pairs else 0.0, kappa(pairs))
