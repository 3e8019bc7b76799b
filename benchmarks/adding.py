"""What it costs to bring reports in, and which step costs it."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.processes import cost_of
from benchmarks.spread import spread
from eval.tables import Table
from index.documents import Passage, Report
from index.embedding import Embedder, EmbeddingInput
from index.encoders.models import open_embedder
from index.errors import UnreadableReport
from index.ingest.sources import Source, find_sources
from index.passages import embedding_input, split_passages
from index.readers import read_document
from index.store.library import Library
from index.store.recipes import recipe_of
from index.structure import parse_report, report_id_of

PASSAGE_TOKENS = 180


@dataclass(slots=True)
class Steps:
    """Seconds by step, over all reports: of the clock, and of the processor on all threads."""

    wall_s: dict[str, float] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    reports: int = 0
    passages: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        wall, cpu = perf_counter(), _cpu_seconds()
        yield
        self.wall_s[name] = self.wall_s.get(name, 0.0) + perf_counter() - wall
        self.cpu_s[name] = self.cpu_s.get(name, 0.0) + _cpu_seconds() - cpu


def measure_adding(paths: Sequence[Path], library: Path, *, repeats: int) -> list[Table]:
    """Return what adding costs step by step, as a command, and again; the reports are in then."""
    steps = _step_by_step(paths, library.with_name("steps.db"))
    places = [str(path) for path in paths]
    first = cost_of(["add", *places], library=library)
    again = [cost_of(["add", *places], library=library) for _ in range(repeats)]
    title = f"Adding {steps.reports} reports of {steps.passages:,} passages"
    commands = Table(
        f"{title}: `peelback add`",
        ("run", "wall s", "CPU s", "peak MB", "passages/s"),
        (
            (
                *("new", f"{first.wall_s:.2f}", f"{first.cpu_s:.2f}", f"{first.peak_mb:.0f}"),
                f"{steps.passages / first.wall_s:.1f}",
            ),
            (
                "again, unchanged",
                spread([cost.wall_s for cost in again]),
                spread([cost.cpu_s for cost in again]),
                spread([cost.peak_mb for cost in again], digits=0),
                "–",
            ),
        ),
    )
    return [commands, _steps_table(steps, f"{title}: step by step, nothing overlapping")]


def _steps_table(steps: Steps, title: str) -> Table:
    rows = [
        (name, f"{wall:.2f}", f"{steps.cpu_s[name]:.2f}", f"{steps.passages / wall:.0f}")
        for name, wall in steps.wall_s.items()
    ]
    return Table(title, ("step", "wall s", "CPU s", "passages/s"), tuple(rows))


def _step_by_step(paths: Sequence[Path], library: Path) -> Steps:
    """Bring the reports in as ``add`` does, but one step after another, and time each."""
    steps = Steps()
    with steps.step("load the encoder"):
        embedder = open_embedder()
        embedder.embed_passages([])
    recipe = recipe_of(embedder, PASSAGE_TOKENS)
    with Library.open(library, recipe=recipe, create=True) as opened:
        for source in find_sources(paths):
            if isinstance(source, Source):
                _bring_in(source, embedder, opened, steps)
    return steps


def _bring_in(source: Source, embedder: Embedder, library: Library, steps: Steps) -> None:
    try:
        with steps.step("read"):
            document = read_document(source.name, source.read())
        with steps.step("parse"):
            report = parse_report(document, report_id=report_id_of(source.name))
    except UnreadableReport:
        return  # ``add`` passes over it too
    with steps.step("split"):
        passages = split_passages(report, max_tokens=PASSAGE_TOKENS, fits=_fits(embedder))
    with steps.step("encode"):
        vectors = embedder.embed_passages(_inputs(report, passages))
    with steps.step("store"):
        library.add(report, passages, vectors, origin=source.origin)
    steps.reports += 1
    steps.passages += len(passages)


def _fits(embedder: Embedder) -> Callable[[str], bool]:
    return lambda text: embedder.count_tokens(text) <= embedder.max_tokens


def _inputs(report: Report, passages: Sequence[Passage]) -> list[EmbeddingInput]:
    return [embedding_input(report, passage) for passage in passages]


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
