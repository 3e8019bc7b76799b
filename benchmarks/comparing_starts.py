"""From a cold process to the first result, and what serving takes, beside the other systems."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.asking import QUESTIONS
from benchmarks.environments import ROOT
from benchmarks.parts import OURS_FIRST, Bars, Part, Target, at_most, within
from benchmarks.peers.driving import resident_mb
from benchmarks.processes import FailedCommand, cost_of
from benchmarks.spread import spread
from benchmarks.stores import Stores, fill, kept_passages
from benchmarks.systems import PEELBACK, Driver, System
from eval.tables import Table
from index.store.library import Library

COLD_SHARE, MEMORY_SHARE = 1 / 6, 1 / 2
HELP_LIMIT_S, READY_LIMIT_S = 0.15, 1.5
ASK = "Peelback, ask"


def compare_starts(
    reports: Sequence[Path],
    systems: Mapping[System, Path],
    *,
    questions: Sequence[str],
    rounds: int,
) -> Part:
    """Return the cold starts, and the memory of servers, with the reports in the library.

    The others hold as many passages of the reports' sentences as Peelback's
    library of the reports has.
    """
    peers = {system: python for system, python in systems.items() if not system.is_ours}
    library, passages = library_of(reports)
    stores = kept_passages(reports, passages)
    if peers:  # whose stores take Peelback's vectors
        fill(stores, peers | {PEELBACK: systems[PEELBACK]})
    found = _Starts(first={ASK: [], **{each.name: [] for each in peers}})
    for _ in range(rounds):
        _start_ours(found, library, questions)
        for system, python in peers.items():
            found.first[system.name].append(_first_retrieval(system, python, stores))
    for system, python in peers.items():
        found.memory_mb[system.name] = [_held_mb(system, python, stores, questions)]
    return _part(found, f"{passages:,} passages", len(questions))


@dataclass(slots=True)
class _Starts:
    """Seconds of every run; ``first`` and ``memory_mb`` by system."""

    first: dict[str, list[float]]
    help_s: list[float] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)
    memory_mb: dict[str, list[float]] = field(default_factory=lambda: {OURS_FIRST: []})


def _start_ours(found: _Starts, library: Path, questions: Sequence[str]) -> None:
    found.first[ASK].append(cost_of(["ask", QUESTIONS[0]], library=library).wall_s)
    found.help_s.append(cost_of(["--help"], library=library).wall_s)
    with _served(library) as (ready_s, address, process):
        found.ready_s.append(ready_s)
        found.memory_mb[OURS_FIRST].append(_asked(address, process, questions))


def _part(found: _Starts, held: str, questions: int) -> Part:
    title = f"From a cold process to the first result, {held}"
    rows = [
        (name, "an answer, printed" if name == ASK else "ten passages", spread(times))
        for name, times in found.first.items()
    ]
    rows.append(("Peelback, --help", "the help, printed", spread(found.help_s)))
    rows.append(("Peelback, serve", "ready to answer over HTTP", spread(found.ready_s)))
    memory = f"Resident memory with {held}, after {questions} questions"
    used = tuple((name, spread(each, digits=0)) for name, each in found.memory_mb.items())
    return Part(
        tables=[
            Table(title, ("system", "result", "seconds"), tuple(rows), figures_from=2),
            Table(memory, ("system", "MB"), used),
        ],
        bars=[
            Bars("cold", title, "seconds", found.first),
            Bars("memory", memory, "MB", found.memory_mb),
        ],
        targets=_targets(found),
    )


def _targets(found: _Starts) -> list[Target]:
    cold = {name: statistics.median(times) for name, times in found.first.items()}
    held = {name: statistics.median(each) for name, each in found.memory_mb.items()}
    ask, ours = cold.pop(ASK), held.pop(OURS_FIRST)
    ready = statistics.median(found.ready_s)
    return [
        *at_most("`peelback ask` from cold", ask, cold, share=COLD_SHARE, unit="s"),
        within("`peelback --help`", statistics.median(found.help_s), limit=HELP_LIMIT_S, unit="s"),
        within("`peelback serve` to ready", ready, limit=READY_LIMIT_S, unit="s"),
        *at_most("memory while serving", ours, held, share=MEMORY_SHARE, unit="MB"),
    ]


def library_of(reports: Sequence[Path]) -> tuple[Path, int]:
    """Return a library that ``add`` makes of the reports, kept like the others' stores."""
    kept = kept_passages(reports, 1).folder / "library.db"
    cost_of(["add", *map(str, reports)], library=kept)
    with Library.open(kept) as library:
        return kept, sum(card.passages for card in library.cards())


def _first_retrieval(system: System, python: Path, stores: Stores) -> float:
    """Return the seconds from the start of Python to the first ten passages."""
    started = time.perf_counter()
    with Driver(system, python) as driver:
        driver.do("open", folder=str(stores.of(system)))
        driver.do("retrieve", queries=[QUESTIONS[0]])
        return time.perf_counter() - started


def _held_mb(system: System, python: Path, stores: Stores, questions: Sequence[str]) -> float:
    with Driver(system, python) as driver:
        driver.do("open", folder=str(stores.of(system)))
        driver.do("retrieve", queries=list(questions))
        held: float = driver.do("memory")["mb"]
        return held


@contextmanager
def _served(library: Path) -> Iterator[tuple[float, str, subprocess.Popen[str]]]:
    """Serve the library on a free port; lend the seconds until ready, the address, the process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PEELBACK_LIBRARY": str(library), "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None  # noqa: S101
    try:
        for line in process.stderr:
            if line.startswith("ready: "):
                yield time.perf_counter() - started, line.removeprefix("ready: ").strip(), process
                break
        else:
            raise FailedCommand("`peelback serve` ended before it was ready")
    finally:
        process.terminate()
        process.communicate()


def _asked(address: str, process: subprocess.Popen[str], questions: Sequence[str]) -> float:
    """Ask the server every question and return its resident memory in MB then."""
    for question in questions:
        body = json.dumps({"question": question}).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{address}/v1/answers", body, headers)) as response:  # noqa: S310
            response.read()
    return resident_mb(process.pid)
