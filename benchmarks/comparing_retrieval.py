"""How long a question takes in a process that is warm, beside the other systems."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from benchmarks.parts import OURS_FIRST, Bars, Part, Target, at_most, peers_of
from benchmarks.processes import FailedCommand
from benchmarks.spread import spread
from benchmarks.stores import KEPT, Stores, fill, kept_passages, size_mb
from benchmarks.systems import Driver, System
from eval.latency import percentile
from eval.tables import NOTHING, Table

A_TURN = 10
"""Questions that a system is asked before it is the next one's turn."""

P50_SHARE, P99_SHARE, ANSWER_SHARE = 1 / 3, 1 / 2, 2.0


@dataclass(slots=True)
class _Asked:
    """Of each system, milliseconds a question; ``answers`` are ours alone."""

    retrieving: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    answers_cpu: list[float] = field(default_factory=list)
    memory_mb: dict[str, float] = field(default_factory=dict)


def compare_retrieval(
    reports: Sequence[Path],
    systems: Mapping[System, Path],
    *,
    size: int,
    questions: Sequence[str],
    turns: int,
    kept: Path = KEPT,
) -> Part:
    """Return how long ten passages take to be found in a library of ``size``, by every system."""
    stores = kept_passages(reports, size, within=kept)
    fill(stores, systems)
    asked = _ask(stores, systems, questions, turns=turns)
    rows = [
        (
            system.name,
            spread(asked.retrieving[system.name], digits=1),
            f"{percentile(asked.retrieving[system.name], 99):.1f}",
            f"{statistics.median(asked.cpu[system.name]):.1f}",
            f"{asked.memory_mb[system.name]:.0f}",
            f"{size_mb(stores.of(system)):.1f}",
        )
        for system in systems
    ]
    answers = (
        spread(asked.answers, digits=1),
        f"{percentile(asked.answers, 99):.1f}",
        f"{statistics.median(asked.answers_cpu):.1f}",
    )
    rows.insert(1, ("Peelback, a whole answer", *answers, NOTHING, NOTHING))
    title = f"Retrieving from {size:,} passages, {turns * A_TURN} questions"
    header = ("system", "p50 ms (quartiles)", "p99 ms", "p50 CPU ms", "memory MB", "disk MB")
    chart = {"Peelback": asked.retrieving[OURS_FIRST], "Peelback, answer": asked.answers}
    return Part(
        tables=[Table(title, header, tuple(rows))],
        bars=[Bars(f"retrieving-{size}", title, "milliseconds", chart | asked.retrieving, True)],
        targets=_targets(asked, size),
    )


def _ask(
    stores: Stores, systems: Mapping[System, Path], questions: Sequence[str], *, turns: int
) -> _Asked:
    asked = _Asked({system.name: [] for system in systems}, {system.name: [] for system in systems})
    with ExitStack() as stack:
        drivers = [stack.enter_context(Driver(each, systems[each])) for each in systems]
        for driver in drivers:
            driver.do("open", folder=str(stores.of(driver.system)))
        questions = _of_these_passages(drivers[0], questions)
        endless = cycle(questions)
        for driver in drivers:
            # Each length of input costs a runtime something the first time it is met.
            driver.do("retrieve", queries=list(questions[: 2 * A_TURN]))
        for _ in range(turns):
            batch = list(islice(endless, A_TURN))
            for driver in drivers:
                found = _retrieved(driver, batch)
                asked.retrieving[driver.system.name] += found["ms"]
                asked.cpu[driver.system.name] += found["cpu_ms"]
            answered = drivers[0].do("answer", queries=batch)
            asked.answers += answered["ms"]
            asked.answers_cpu += answered["cpu_ms"]
        for driver in drivers:
            asked.memory_mb[driver.system.name] = driver.do("memory")["mb"]
    return asked


def _of_these_passages(ours: Driver, questions: Sequence[str]) -> list[str]:
    """Return the questions that Peelback searches for.

    Made passages are about no force: a question that names one is refused
    before anything is searched, and its time would be no retrieval's.
    """
    found = ours.do("retrieve", queries=list(questions))["found"]
    kept = [question for question, count in zip(questions, found, strict=True) if count]
    if not kept:
        raise FailedCommand(
            "every question names a force or area: ask general ones, without --gold"
        )
    if left_out := len(questions) - len(kept):
        sys.stderr.write(f"benchmarks: {left_out} questions name a force or area: not asked\n")
    return kept


def _retrieved(driver: Driver, batch: Sequence[str]) -> dict[str, list[float]]:
    answer = driver.do("retrieve", queries=batch)
    if not all(answer["found"]):
        raise FailedCommand(f"{driver.system.name} found nothing for one of {batch!r}")
    return answer


def _targets(asked: _Asked, size: int) -> list[Target]:
    p50 = {name: statistics.median(times) for name, times in asked.retrieving.items()}
    p99 = {name: percentile(times, 99) for name, times in asked.retrieving.items()}
    of = f"of {size:,} passages"
    answer = statistics.median(asked.answers)
    return [
        *at_most(
            f"retrieving {of}, p50", p50[OURS_FIRST], peers_of(p50), share=P50_SHARE, unit="ms"
        ),
        *at_most(
            f"retrieving {of}, p99", p99[OURS_FIRST], peers_of(p99), share=P99_SHARE, unit="ms"
        ),
        *at_most(
            f"a whole answer {of}, p50, beside retrieving alone",
            answer,
            peers_of(p50),
            share=ANSWER_SHARE,
            unit="ms",
        ),
    ]
