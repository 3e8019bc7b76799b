"""Measure adding, asking and starting on this machine, and print Markdown tables."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.adding import measure_adding
from benchmarks.asking import measure_asking, measure_commands
from benchmarks.encoder import SAMPLES, measure_encoders
from benchmarks.machine import machine_table
from benchmarks.processes import FailedCommand
from eval.tables import Table, markdown
from index.errors import PeelbackError

REPEATS = 7
QUICK_REPEATS = 3
ENCODER_PASSAGES = 120
QUICK_ENCODER_PASSAGES = 24


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table as soon as it is measured: 0 done, 3 cannot be measured."""
    arguments = _arguments().parse_args(argv)
    load_before = os.getloadavg()[0]
    try:
        with tempfile.TemporaryDirectory() as folder:
            for table in _tables(arguments, Path(folder) / "library.db"):
                sys.stdout.write(f"{markdown(table)}\n")
                sys.stdout.flush()
    except (PeelbackError, FailedCommand) as error:
        Console(stderr=True).print(f"benchmarks: {error}", markup=False)
        return 3
    sys.stdout.write(f"{markdown(machine_table(load_before=load_before))}\n")
    return 0


def _tables(arguments: argparse.Namespace, library: Path) -> Iterator[Table]:
    reports = arguments.reports or [SAMPLES]
    repeats = arguments.repeats or (QUICK_REPEATS if arguments.quick else REPEATS)
    yield from measure_adding(reports, library, repeats=repeats)
    yield measure_asking(library, arguments.gold or [], repeats=1 if arguments.gold else repeats)
    yield measure_commands(library, repeats=repeats)
    passages = QUICK_ENCODER_PASSAGES if arguments.quick else ENCODER_PASSAGES
    yield measure_encoders(reports, passages=passages, repeats=1 if arguments.quick else 3)


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
        help="ask the questions of these gold files, once each (default: general questions)",
    )
    parser.add_argument(
        "--repeats", type=int, help=f"runs of each command (default: {REPEATS}; quick: 3)"
    )
    parser.add_argument("--quick", action="store_true", help="a rough picture in under a minute")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
