"""How time and memory grow with a library: ``python -m benchmarks.growth LIBRARY...``.

Each library is measured in a process of its own, which adds a report to it and
takes it out again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.asking import QUESTIONS
from benchmarks.machine import machine_table
from benchmarks.processes import ROOT
from eval.tables import Table, markdown
from index.embedding import Embeddings, PassageVectors
from index.encoders.models import open_embedder
from index.store.library import Library
from index.store.snapshot import Snapshot
from rag.answers import Question
from rag.assembly import open_assistant
from rag.pipeline import Assistant
from rag.settings import Settings

K = 60
"""Candidates that a question takes from each search."""
RECALL_AT = 10
A_HUNDREDTH = 100
REPEATS = 3
MADE = "made-to-be-added"

Row = tuple[str, str]


def measure(path: Path) -> list[Row]:
    """Return what one library costs, in this process."""
    started = perf_counter()
    assistant = open_assistant(Settings.load(library=path))
    assistant.edition()
    opened = perf_counter() - started
    try:
        snapshot = assistant.library.snapshot()
        return [
            ("passages", f"{sum(card.passages for card in snapshot.cards.values()):,}"),
            ("opening, encoder and both indexes, s", f"{opened:.2f}"),
            ("memory after opening, MB", f"{_resident_mb():.0f}"),
            *_answering(assistant),
            ("memory after answering, MB", f"{_resident_mb():.0f}"),
            *_retrieving(snapshot),
            *_adding(assistant, snapshot),
        ]
    finally:
        assistant.library.close()


def _retrieving(snapshot: Snapshot) -> list[Row]:
    narrow = sorted(snapshot.cards)[::A_HUNDREDTH]
    embed = open_embedder().embed_query
    vectors = [embed(text) for text in QUESTIONS]
    exact = _exact(snapshot, np.stack(vectors))
    found = [snapshot.dense(vector, k=RECALL_AT, within=None) for vector in vectors]
    recall = statistics.mean(
        len({hit.passage_id for hit in hits} & nearest) / RECALL_AT
        for hits, nearest in zip(found, exact, strict=True)
    )

    def whole(text: str, within: Sequence[str] | None) -> None:
        snapshot.dense(embed(text), k=K, within=within)
        snapshot.keyword(snapshot.keywords.analyse(text), k=K, within=within)

    return [
        ("encoding a question, ms", _spread(embed)),
        ("retrieving, encoding included, ms", _spread(lambda text: whole(text, None))),
        ("the same within 1 % of the reports, ms", _spread(lambda text: whole(text, narrow))),
        (f"recall@{RECALL_AT} against every vector", f"{recall:.3f}"),
    ]


def _exact(snapshot: Snapshot, queries: Embeddings) -> list[set[int]]:
    """Return the nearest passages of each query, every vector compared."""
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for report_id in snapshot.cards:
        ids = snapshot.passage_ids(report_id)
        if not ids:
            continue
        scores = snapshot.vectors(report_id) @ queries.T
        for number, of_query in enumerate(scores.T.tolist()):
            pairs = [*best[number], *((-s, i) for s, i in zip(of_query, ids, strict=True))]
            best[number] = sorted(pairs)[:RECALL_AT]
    return [{passage_id for _, passage_id in pairs} for pairs in best]


def _answering(assistant: Assistant) -> list[Row]:
    assistant.answer(Question(QUESTIONS[0]))
    return [("answering, ms", _spread(lambda text: assistant.answer(Question(text))))]


def _adding(assistant: Assistant, snapshot: Snapshot) -> list[Row]:
    """Add a report that is there under another name, find it, and take it out again."""
    report_id = next(iter(snapshot.cards))
    ids = snapshot.passage_ids(report_id)
    report = replace(snapshot.report(report_id), report_id=MADE, source=f"{MADE}.txt")
    passages = [replace(snapshot.passage(i), report_id=MADE) for i in ids]
    vectors = [
        PassageVectors(snapshot.passage_vector(i), snapshot.sentence_vectors(i)) for i in ids
    ]
    library: Library = assistant.library
    started = perf_counter()
    library.add(report, passages, vectors)
    added = perf_counter() - started
    started = perf_counter()
    now = library.snapshot()
    now.keyword(now.keywords.analyse(QUESTIONS[0]), k=K, within=None)
    seen = perf_counter() - started
    library.remove(MADE)
    return [
        ("adding one report, encoding excluded, s", f"{added:.2f}"),
        ("and finding it, s", f"{seen:.2f}"),
    ]


def _spread(ask: Callable[[str], object]) -> str:
    """Return the median and the 95th percentile over all questions, several times, in ms."""
    for text in QUESTIONS[:3]:
        ask(text)
    times = []
    for _ in range(REPEATS):
        for text in QUESTIONS:
            started = perf_counter()
            ask(text)
            times.append((perf_counter() - started) * 1000)
    return f"{np.percentile(times, 50):.1f} (p95 {np.percentile(times, 95):.1f})"


def _resident_mb() -> float:
    """Return what is resident now, mapped files included, as Linux counts it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS"))
    return int(resident.split()[1]) / 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Print one table, a column a library."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("libraries", nargs="+", type=Path)
    parser.add_argument("--one", action="store_true", help="measure here and print JSON")
    arguments = parser.parse_args(argv)
    if arguments.one:
        sys.stdout.write(json.dumps(measure(arguments.libraries[0])))
        return 0
    load = os.getloadavg()[0]
    for table in (growth_table(arguments.libraries), machine_table(load_before=load)):
        sys.stdout.write(f"{markdown(table)}\n")
    return 0


def growth_table(libraries: Sequence[Path]) -> Table:
    """Return a column a library, each measured in a process of its own."""
    columns = [_measured(path) for path in libraries]
    rows = [(name, *(dict(column)[name] for column in columns)) for name, _ in columns[0]]
    return Table("Growth", ("what", *(path.stem for path in libraries)), tuple(rows))


def _measured(path: Path) -> list[Row]:
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-m", "benchmarks.growth", "--one", str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    rows: list[Row] = [(name, value) for name, value in json.loads(done.stdout)]
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
