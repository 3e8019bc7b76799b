"""From measures of single questions to scores of slices: all, by gold file, by whatever key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.confidence import Judged, self_knowledge
from eval.gold import GoldQuestion
from eval.measures import Share

Measures = Mapping[str, Share | None]
"""The measures of one question by name; ``None`` where a measure is undefined for it."""

UNSTATED = "unstated"
"""The ``why`` of an unanswerable question whose gold file does not say."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A gold question and what was measured of it.

    ``judged`` is ``None`` where no answer was asked for; ``slices`` are more keys
    than the question's own, as its reports' kind and cycle.
    """

    question: GoldQuestion
    measures: Measures
    judged: Judged | None = None
    slices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A measure over several questions; both averages ``None`` where it is undefined for all.

    ``mean`` gives every question the same weight and is the one to quote;
    ``micro`` gives it to every quote, citation or character. ``questions`` is
    how many the measure is defined for.
    """

    mean: float | None
    micro: float | None
    questions: int


Slice = Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Group:
    """Scores of a set of questions, and of its parts by type and, unanswerable ones, by why.

    ``slices`` has its parts by every other key, then by value. ``confidence``
    has the measures that only a set of answers has.
    """

    overall: Slice
    types: Mapping[str, Slice]
    whys: Mapping[str, Slice]
    slices: Mapping[str, Mapping[str, Slice]]
    confidence: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of all questions and of each gold file, in the order of the files."""

    all: Group
    golds: Mapping[str, Group]


def score(measured: Sequence[Measured]) -> Scores:
    """Return the scores of the questions, types and reasons in alphabetical order."""
    golds = _parts(measured, lambda question: question.gold, in_order=True)
    return Scores(all=_group(measured), golds={name: _group(part) for name, part in golds.items()})


def scores_json(scores: Scores) -> dict[str, Any]:
    """Return the scores as plain JSON values; an undefined score is ``null``."""
    return {
        "all": _group_json(scores.all),
        "gold": {name: _group_json(group) for name, group in scores.golds.items()},
    }


def average(shares: Iterable[Share | None]) -> Score:
    """Return the score of one measure.

    >>> average([Share(1, 2), None, Share(4, 4)])
    Score(mean=0.75, micro=0.8333333333333334, questions=2)
    """
    defined = [part for part in shares if part is not None]
    if not defined:
        return Score(mean=None, micro=None, questions=0)
    return Score(
        mean=math.fsum(part.value for part in defined) / len(defined),
        micro=math.fsum(part.part for part in defined) / math.fsum(part.whole for part in defined),
        questions=len(defined),
    )


def _group(measured: Sequence[Measured]) -> Group:
    unanswerable = [one for one in measured if not one.question.answerable]
    judged = [one.judged for one in measured if one.judged]
    types = _parts(measured, lambda question: question.type)
    whys = _parts(unanswerable, lambda question: question.why or UNSTATED)
    return Group(
        overall=_slice(measured),
        types={name: _slice(part) for name, part in types.items()},
        whys={name: _slice(part) for name, part in whys.items()},
        slices=_slices(measured),
        confidence=self_knowledge(judged) if judged else {},
    )


def _slices(measured: Sequence[Measured]) -> dict[str, dict[str, Slice]]:
    values: dict[str, dict[str, list[Measured]]] = {}
    for one in measured:
        for key, value in {**one.question.slices, **one.slices}.items():
            values.setdefault(key, {}).setdefault(value, []).append(one)
    return {
        key: {value: _slice(part) for value, part in sorted(parts.items())}
        for key, parts in sorted(values.items())
    }


def _parts(
    measured: Iterable[Measured], key: Callable[[GoldQuestion], str], *, in_order: bool = False
) -> dict[str, list[Measured]]:
    parts: dict[str, list[Measured]] = {}
    for one in measured:
        parts.setdefault(key(one.question), []).append(one)
    return parts if in_order else dict(sorted(parts.items()))


def _slice(measured: Sequence[Measured]) -> Slice:
    names = dict.fromkeys(name for one in measured for name in one.measures)
    return {name: average(one.measures.get(name) for one in measured) for name in names}


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "overall": _slice_json(group.overall),
        "type": {name: _slice_json(part) for name, part in group.types.items()},
        "why": {name: _slice_json(part) for name, part in group.whys.items()},
        "slices": {
            key: {value: _slice_json(part) for value, part in parts.items()}
            for key, parts in group.slices.items()
        },
        "confidence": dict(group.confidence),
    }


def _slice_json(part: Slice) -> dict[str, Any]:
    return {
        name: {"mean": one.mean, "micro": one.micro, "questions": one.questions}
        for name, one in part.items()
    }
