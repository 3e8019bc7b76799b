"""A grid of settings: libraries built once a recipe, and what each combination is worth."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.kept_run import KeptRun
from eval.latency import percentile
from eval.tables import NOTHING, Table, figure
from rag.settings import Settings

RECIPE = ("model", "passage_tokens")
"""Settings that are part of what a library is built with."""

FIGURES = ("right", "evidence_recall@10", "ndcg@10", "must_contain", "citation_recall")


def recipe_settings(grid: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return which settings of the grid ask for a library of their own."""
    return tuple(name for name in RECIPE if any(name in values for values in grid))


def built_library(settings: Settings, reports: Sequence[Path], *, cache: Path) -> Settings:
    """Return the settings with a library of the reports, built unless the cache has it.

    Raises:
        EvalError: a report cannot be read: a sweep over fewer reports would not compare.

    """
    # Here, not above: the encoder takes seconds to import.
    from index.ingest import add_sources, recipe_of
    from rag.assembly import open_embedder, open_library

    embedder = open_embedder(settings)
    recipe = recipe_of(embedder, settings.passage_tokens)
    places = sorted(str(path.resolve()) for path in reports)
    name = hashlib.sha256("\n".join([recipe, *places]).encode()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    built = replace(settings, library=cache / f"{name}.db")
    with open_library(built, embedder=embedder, create=True) as library:
        summary = add_sources(
            reports,
            library=library,
            embedder=lambda: embedder,
            passage_tokens=settings.passage_tokens,
            on_progress=lambda _: None,
        )
    if summary.failed:
        raise EvalError("reports cannot be read:\n  " + "\n  ".join(map(str, summary.failed)))
    return built


def sweep_table(runs: Sequence[KeptRun]) -> Table:
    """Return a row for each combination: its scores, its size of context and its latency."""
    header = ("#", "settings", *FIGURES, "read, characters", "p50, ms", "p95, ms")
    return Table(
        "Sweep",
        header,
        tuple((str(number), run.name, *_cells(run)) for number, run in enumerate(runs, start=1)),
        figures_from=2,
    )


def sweep_json(runs: Sequence[KeptRun]) -> dict[str, Any]:
    """Return the same as plain JSON values, by combination."""
    return {
        run.name: {
            **{name: _mean(run, name) for name in FIGURES},
            "read_characters": _read_characters(run),
            "latency_ms": {f"p{q}": _latency(run, q) for q in (50, 95)},
        }
        for run in runs
    }


def sweep_page(runs: Sequence[KeptRun]) -> str:
    """Return a page with the table and what is paid for what: context and time."""
    # Here, not above: matplotlib takes seconds to import.
    from lxml.html import builder as E  # noqa: N812

    from eval.reporting.page import drawn, page, plots
    from eval.reporting.plots import trade_off_plot

    drawings = []
    for measure in ("right", "evidence_recall@10"):
        for cost, of in (("characters read", _read_characters), ("p95, ms", _p95)):
            points = {run.name: (of(run), _mean(run, measure)) for run in runs}
            known = {
                name: (x, y) for name, (x, y) in points.items() if x is not None and y is not None
            }
            if known:
                drawings.append(trade_off_plot(known, x=cost, y=measure))
    return page(
        "Sweep", E.H1("Sweep"), drawn(sweep_table(runs)), E.H2("Trade-off"), plots(drawings)
    )


def _cells(run: KeptRun) -> tuple[str, ...]:
    characters = _read_characters(run)
    return (
        *(figure(_mean(run, name)) for name in FIGURES),
        NOTHING if characters is None else f"{characters:.0f}",
        *(figure(_latency(run, percent), digits=1) for percent in (50, 95)),
    )


def _mean(run: KeptRun, measure: str) -> float | None:
    overall = run.scores["all"]["overall"]
    return overall[measure]["mean"] if measure in overall else None


def _read_characters(run: KeptRun) -> float | None:
    """Return how much text was read for an answer, on average: what a larger context costs."""
    read = [
        sum(passage["end"] - passage["start"] for passage in question.answer["passages"])
        for question in run.questions
        if question.answer
    ]
    return sum(read) / len(read) if read else None


def _latency(run: KeptRun, percent: int) -> float | None:
    totals = [question.timings_ms["total"] for question in run.questions if question.timings_ms]
    return percentile(totals, percent) if totals else None


def _p95(run: KeptRun) -> float | None:
    return _latency(run, 95)
