"""Measure Peelback and, beside it, other systems on this machine; print Markdown tables.

Each part that is measured is kept in build/bench and takes its place in
docs/performance.md with ``--write``, beside what earlier runs found of the others.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from benchmarks.adding import measure_adding
from benchmarks.asking import measure_asking, measure_commands, questions_of
from benchmarks.comparing_adding import compare_adding, compare_reading
from benchmarks.comparing_retrieval import A_TURN, compare_retrieval
from benchmarks.comparing_starts import compare_starts, library_of
from benchmarks.encoder import SAMPLES, measure_encoders
from benchmarks.environments import ROOT
from benchmarks.generated_library import generate
from benchmarks.growth import growth_table
from benchmarks.machine import machine_table
from benchmarks.parts import Part, targets_table
from benchmarks.processes import FailedCommand
from benchmarks.serving import measure_serving
from benchmarks.stores import KEPT
from benchmarks.systems import PEELBACK, System, systems, versions_table
from benchmarks.written import keep, kept_parts, write_page
from eval.tables import markdown
from index.errors import PeelbackError

PAGE, IMAGES = ROOT / "docs" / "performance.md", ROOT / "docs" / "images"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: whole, or as ``--quick``."""

    instalments: int
    an_instalment: int
    grown: int
    grown_instalments: int
    pdfs_a_round: int
    retrieving: tuple[int, ...]
    turns: int
    starts: int
    repeats: int
    encoder_passages: int
    growing: tuple[int, ...]


WHOLE = Sizes(
    5, 100, 10_000, 4, 4, (1_000, 10_000), 12, 5, 7, 120, (1_000, 10_000, 100_000, 1_000_000)
)
QUICK = Sizes(2, 32, 0, 0, 1, (100,), 4, 1, 1, 24, ())


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured, with what, and where libraries are made."""

    reports: list[Path]
    gold: list[Path]
    sizes: Sizes
    systems: Mapping[System, Path]
    folder: Path

    @property
    def questions(self) -> list[str]:
        """Return what every system is asked: spread over the gold files, where there are any."""
        texts = [question.text for question in questions_of(self.gold) if not question.history]
        wanted = self.sizes.turns * A_TURN
        return texts[:: max(1, len(texts) // wanted)]


def main(argv: Sequence[str] | None = None) -> int:
    """Print each part as soon as it is measured: 0 done, 3 cannot be measured."""
    arguments = _arguments().parse_args(argv)
    load_before = os.getloadavg()[0]
    kept = KEPT / "measured.json"
    parts = {} if arguments.quick else kept_parts(kept)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = _run(arguments, Path(folder))
            for name in arguments.parts or PARTS:
                parts[name] = PARTS[name](run)
                _show(parts[name])
            tables = [versions_table(run.systems), machine_table(load_before=load_before)]
            parts["machine"] = Part(tables)
    except (PeelbackError, FailedCommand) as error:
        Console(stderr=True).print(f"benchmarks: {error}", markup=False)
        return 3
    _show(parts["machine"])
    parts = {name: parts[name] for name in (*PARTS, "machine") if name in parts}
    targets = [target for part in parts.values() for target in part.targets]
    _show(Part([targets_table(targets)]))
    if not arguments.quick:
        keep(kept, parts)
    if arguments.write:
        write_page(PAGE, IMAGES, parts)
    return 0


def _run(arguments: argparse.Namespace, folder: Path) -> Run:
    found = systems(install=not arguments.quick)
    if arguments.quick:
        found = {system: python for system, python in found.items() if system.adds}
    sizes = QUICK if arguments.quick else _up_to(arguments.largest)
    return Run(arguments.reports or [SAMPLES], arguments.gold or [], sizes, found, folder)


def _up_to(largest: int) -> Sizes:
    """Return the whole without the libraries that are larger."""
    retrieving = tuple(size for size in WHOLE.retrieving if size <= largest)
    growing = tuple(size for size in WHOLE.growing if size <= largest)
    grown = WHOLE.grown if WHOLE.grown <= largest else 0
    return replace(WHOLE, retrieving=retrieving, grown=grown, growing=growing)


def _adding(run: Run) -> Part:
    sizes = run.sizes
    return compare_adding(
        run.reports, run.systems, into=0, rounds=sizes.instalments, each=sizes.an_instalment
    )


def _growing(run: Run) -> Part:
    sizes = run.sizes
    if not sizes.grown:
        return Part()
    return compare_adding(
        run.reports,
        run.systems,
        into=sizes.grown,
        rounds=sizes.grown_instalments,
        each=sizes.an_instalment // 2,
    )


def _reading(run: Run) -> Part:
    sizes = run.sizes
    return compare_reading(
        run.reports, run.systems, rounds=sizes.instalments, files=sizes.pdfs_a_round
    )


def _retrieving(run: Run) -> Part:
    found = [
        compare_retrieval(
            run.reports, run.systems, size=size, questions=run.questions, turns=run.sizes.turns
        )
        for size in run.sizes.retrieving
    ]
    return Part(
        tables=[table for part in found for table in part.tables],
        bars=[bars for part in found for bars in part.bars],
        targets=[target for part in found for target in part.targets],
    )


def _starting(run: Run) -> Part:
    # Two starts of each of the others are half of the time that a rough picture may take.
    beside = run.systems if run.sizes is not QUICK else {PEELBACK: run.systems[PEELBACK]}
    return compare_starts(
        run.reports, beside, questions=run.questions[:20], rounds=run.sizes.starts
    )


def _steps(run: Run) -> Part:
    library = run.folder / "library.db"
    sizes = run.sizes
    tables = measure_adding(run.reports, library, repeats=sizes.repeats)
    tables.append(measure_asking(library, run.gold, repeats=1 if run.gold else sizes.repeats))
    tables.append(measure_commands(library, repeats=sizes.repeats))
    return Part(tables)


def _serving(run: Run) -> Part:
    library, _ = library_of(run.reports)
    return measure_serving(library, run.gold, repeats=1 if run.gold else run.sizes.repeats)


def _growth(run: Run) -> Part:
    """Measure libraries made of the reports' own, in columns: none for a rough picture."""
    made = []
    for size in run.sizes.growing:
        library = run.folder / f"{size:,}.db"
        generate(library_of(run.reports)[0], library, passages=size)
        made.append(library)
    return Part([growth_table(made)] if made else [])


def _encoders(run: Run) -> Part:
    repeats = 3 if run.sizes is not QUICK else 1
    passages = run.sizes.encoder_passages
    return Part([measure_encoders(run.reports, passages=passages, repeats=repeats)])


PARTS: dict[str, Callable[[Run], Part]] = {
    "adding": _adding,
    "growing": _growing,
    "reading": _reading,
    "retrieving": _retrieving,
    "starting": _starting,
    "serving": _serving,
    "growth": _growth,
    "steps": _steps,
    "encoders": _encoders,
}


def _show(part: Part) -> None:
    for table in part.tables:
        sys.stdout.write(f"{markdown(table)}\n")
    sys.stdout.writelines(f"{note}\n\n" for note in part.notes)
    sys.stdout.flush()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--reports",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="files and folders of reports (default: the sample reports)",
    )
    parser.add_argument(
        "--gold",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="ask the questions of these gold files (default: general questions)",
    )
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, help="measure these alone (default: all)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a rough picture in under two minutes; others only where they are installed",
    )
    parser.add_argument(
        "--largest",
        type=int,
        default=100_000,
        metavar="N",
        help="make no library of more passages (default: 100000)",
    )
    parser.add_argument(
        "--write", action="store_true", help="write docs/performance.md and its charts"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
