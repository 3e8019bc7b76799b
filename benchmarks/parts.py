"""What a part of the benchmark finds: tables, bars to draw, and targets met or missed."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.tables import Table

OURS_FIRST = "Peelback"


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: all runs of each system. ``file`` is its name without the ending."""

    file: str
    title: str
    unit: str
    values: dict[str, list[float]]
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What was to be shown, and what was. ``ratio`` is ours to the best peer's, if to one."""

    what: str
    ours: str
    peer: str
    ratio: str
    wanted: str
    met: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a run gives. ``notes`` are sentences under its tables."""

    tables: list[Table] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def at_least(
    what: str, values: Mapping[str, Sequence[float]], *, times: float, unit: str
) -> list[Target]:
    """Return the target of being so many times the best peer; none where no peer was measured."""
    peers = _medians(values)
    if not peers:
        return []
    ours, best = statistics.median(values[OURS_FIRST]), max(peers, key=lambda name: peers[name])
    ratio = ours / peers[best]
    return [
        Target(
            what,
            f"{_figure(ours)} {unit}",
            f"{_figure(peers[best])} {unit} ({best})",
            f"{ratio:.2f}",
            f"at least {times:g}",
            met=ratio >= times,
        )
    ]


def at_most(
    what: str,
    ours: float,
    peers: Mapping[str, float],
    *,
    share: float,
    unit: str,
) -> list[Target]:
    """Return the target of taking at most a share of what the best peer takes."""
    if not peers:
        return []
    best = min(peers, key=lambda name: peers[name])
    ratio = ours / peers[best]
    return [
        Target(
            what,
            f"{_figure(ours)} {unit}",
            f"{_figure(peers[best])} {unit} ({best})",
            f"{ratio:.2f}",
            f"at most {share:.2f}",
            met=ratio <= share,
        )
    ]


def within(what: str, ours: float, *, limit: float, unit: str) -> Target:
    """Return the target of a figure that is compared with nobody's."""
    shown = f"{_figure(ours)} {unit}"
    return Target(what, shown, "", "", f"at most {limit:g} {unit}", met=ours <= limit)


def peers_of(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name != OURS_FIRST}


def targets_table(targets: Sequence[Target]) -> Table:
    rows = [
        (t.what, t.ours, t.peer or "–", t.ratio or "–", t.wanted, "yes" if t.met else "**missed**")
        for t in targets
    ]
    return Table(
        "Targets",
        ("what", "Peelback", "best other", "ratio", "wanted", "met"),
        tuple(rows),
    )


def _medians(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: statistics.median(each) for name, each in values.items() if name != OURS_FIRST}


def _figure(value: float) -> str:
    """Return a figure with three digits that mean something.

    >>> _figure(0.0123), _figure(41.26), _figure(1234.5)
    ('0.0123', '41.3', '1234')
    """
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
